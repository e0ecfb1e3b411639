{#- Codes in Chinese, for the views that a BI tool shows as they are. What has a seed of words (stages, indicator types,
    publication) says the same as the seed; tests/bi holds them to it. A code without a word stays the code. -#}
{% macro word_of(kind, code) -%}
    {%- set words = {
        'theme': {
            'air': '大气', 'water': '水', 'soil': '土壤', 'solid_waste': '固体废物', 'rural': '农业农村', 'ecology': '生态',
            'funds': '资金', 'compliance': '合规', 'climate': '气候', 'other': '其他'
        },
        'publication_status': {'published': '已发布', 'under_review': '数据待核', 'not_reported': '未报送'},
        'stage': {
            'not_started': '尚未开展', 'preparing': '前期工作', 'started': '已开工', 'main_works': '主体完成',
            'commissioning': '安装调试', 'completed': '建设完成', 'trial_operation': '通水投运', 'accepted': '完成验收'
        },
        'indicator_type': {
            'cumulative': '累计数量（个数、面积、长度）', 'count_with_start': '有开工节点的数量',
            'process_stage': '按工序计的数量（一企一策）', 'milestone': '无数字的节点',
            'physical_progress': '工程量（形象进度）', 'reference': '参考数（投资、部位进度、规模）',
            'fund_execution': '资金执行率', 'rate': '期末应达到的比率', 'concentration': '浓度上限（累计均值）',
            'ratio': '应符合的比值', 'water_class': '水质类别', 'good_days': '优良天数或断面比例',
            'standing': '持续保持的要求', 'recurring': '全年持续、每季度开展', 'qualitative': '定性且无期限'
        },
        'pace_class': {'ahead': '超序时', 'on_pace': '达到序时', 'near_pace': '基本达到序时', 'behind_pace': '未达序时'},
        'submission_status': {
            'on_time': '按时', 'late': '迟报', 'missing': '未报', 'withheld': '待核', 'superseded': '已被替代', 'rejected': '退件'
        },
        'family': {
            'lag_table': '进度滞后情况表', 'assessment_table': '考核情况表', 'completion_list': '任务完成清单',
            'narrative': '文字材料', 'workbook': '填报表'
        },
        'severity': {'blocker': '阻断', 'error': '错误', 'warning': '警告', 'info': '提示'},
        'incident_state': {'new': '新发现', 'acknowledged': '已收到', 'assigned': '办理中', 'resolved': '已办结'},
        'unscored': {
            'not_due': '未到期', 'undecided': '未认定', 'not_published': '未公布', 'cancelled': '已取消'
        },
        'outcome': {'full': '完成', 'late': '逾期完成', 'partial': '基本完成', 'none': '未完成'}
    }[kind] -%}
    case {{ code }}
        {%- for value, word in words.items() %}
        when '{{ value }}' then '{{ word }}'
        {%- endfor %}
        else {{ code }}
    end
{%- endmacro %}

{#- The last period of the region's reporting group: a state is looked at there, or period by period, never summed. The
    group of a district is its city's; a city or a province is looked at for itself. A period stands when at least half
    as many regions have rows in it as in the group's fullest one, or when the city has issued a document of it: one unit
    that files early moves nobody on. What is of no known region goes with the last period of all. -#}
{% macro is_latest_period(period, region_key) -%}
    coalesce(
        coalesce({{ region_key }}, (
            select min(nowhere.region_key) from {{ ref('dim_region').include(database=false) }} as nowhere
            where nowhere.level = 'unknown'
        )) || ' ' || {{ period }} in (
            select each_region.region_key || ' ' || max(standing.period)
            from {{ ref('dim_region').include(database=false) }} as each_region
            inner join (
                select
                    group_code,
                    period,
                    is_issued,
                    region_count,
                    max(region_count) over (partition by group_code) as fullest_count
                from (
                    select
                        {{ xushi.reporting_group('regions') }} as group_code,
                        progress.period,
                        max(case when documents.is_issued_by_city then 1 else 0 end) as is_issued,
                        count(distinct progress.region_key) as region_count
                    from {{ ref('fct_task_progress').include(database=false) }} as progress
                    inner join {{ ref('dim_region').include(database=false) }} as regions
                        on progress.region_key = regions.region_key
                    left join {{ ref('dim_document').include(database=false) }} as documents
                        on progress.document_key = documents.document_key
                    where progress.is_current
                    group by {{ xushi.reporting_group('regions') }}, progress.period
                ) as told
            ) as standing
                on each_region.level = 'unknown' or {{ xushi.reporting_group('each_region') }} = standing.group_code
            where standing.is_issued = 1 or standing.region_count * 2 >= standing.fullest_count
            group by each_region.region_key
        ), false
    )
{%- endmacro %}

{#- The regions that report together: a city with its districts. -#}
{% macro reporting_group(regions) -%}
    case
        when {{ regions }}.level in ('province', 'city') then {{ regions }}.region_code
        else coalesce({{ regions }}.parent_code, {{ regions }}.region_code)
    end
{%- endmacro %}
