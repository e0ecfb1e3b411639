"""The published version in PostgreSQL, for servers of BI: schema `marts`, the same tables and the same answers.

marts                          what readers query: the schema of the version that is served
marts_v000012_ab12cd34         a version that is being loaded, or that nobody reads any more and goes soon
marts_bridge_57                for the moment of a switch: views that follow the pointer
xushi_serving                  the loader's own: which versions are here, and the pointer
"""

from publishing.postgres.serving import Served as Served
from publishing.postgres.serving import serve as serve
from publishing.postgres.serving import served_version as served_version
