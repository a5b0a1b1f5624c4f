// The files of the site, byte for byte. The list is by hand; a test holds it to the folder.

// `#embed` is of C23, which the compiler has in older C too.
#pragma clang diagnostic ignored "-Wc23-extensions"

#include "Dashboard.h"

#define BEGIN(name) static const unsigned char name[] = {
#define END };

BEGIN(app_js)
#embed "site/app.js"
END
BEGIN(drover_css)
#embed "site/drover.css"
END
BEGIN(icon_svg)
#embed "site/icon.svg"
END
BEGIN(index_html)
#embed "site/index.html"
END
BEGIN(keys_actions_js)
#embed "site/keys/actions.js"
END
BEGIN(keys_budget_js)
#embed "site/keys/budget.js"
END
BEGIN(keys_form_js)
#embed "site/keys/form.js"
END
BEGIN(keys_names_js)
#embed "site/keys/names.js"
END
BEGIN(keys_secret_js)
#embed "site/keys/secret.js"
END
BEGIN(lib_api_js)
#embed "site/lib/api.js"
END
BEGIN(lib_dom_js)
#embed "site/lib/dom.js"
END
BEGIN(lib_format_js)
#embed "site/lib/format.js"
END
BEGIN(lib_keyed_js)
#embed "site/lib/keyed.js"
END
BEGIN(lib_router_js)
#embed "site/lib/router.js"
END
BEGIN(lib_session_js)
#embed "site/lib/session.js"
END
BEGIN(lib_streams_js)
#embed "site/lib/streams.js"
END
BEGIN(lib_theme_js)
#embed "site/lib/theme.js"
END
BEGIN(pages_config_js)
#embed "site/pages/config.js"
END
BEGIN(pages_keys_js)
#embed "site/pages/keys.js"
END
BEGIN(pages_login_js)
#embed "site/pages/login.js"
END
BEGIN(pages_playground_js)
#embed "site/pages/playground.js"
END
BEGIN(pages_pool_js)
#embed "site/pages/pool.js"
END
BEGIN(pages_requests_js)
#embed "site/pages/requests.js"
END
BEGIN(pages_states_js)
#embed "site/pages/states.js"
END
BEGIN(pages_usage_js)
#embed "site/pages/usage.js"
END
BEGIN(parts_bits_js)
#embed "site/parts/bits.js"
END
BEGIN(parts_dialog_js)
#embed "site/parts/dialog.js"
END
BEGIN(parts_icons_js)
#embed "site/parts/icons.js"
END
BEGIN(parts_spark_js)
#embed "site/parts/spark.js"
END
BEGIN(playground_chat_js)
#embed "site/playground/chat.js"
END
BEGIN(playground_lane_js)
#embed "site/playground/lane.js"
END
BEGIN(pool_actions_js)
#embed "site/pool/actions.js"
END
BEGIN(pool_card_js)
#embed "site/pool/card.js"
END
BEGIN(pool_matrix_js)
#embed "site/pool/matrix.js"
END
BEGIN(pool_past_js)
#embed "site/pool/past.js"
END
BEGIN(pool_queue_js)
#embed "site/pool/queue.js"
END
BEGIN(pool_state_js)
#embed "site/pool/state.js"
END
BEGIN(pool_why_js)
#embed "site/pool/why.js"
END
BEGIN(pool_words_js)
#embed "site/pool/words.js"
END
BEGIN(requests_decision_js)
#embed "site/requests/decision.js"
END
BEGIN(requests_detail_js)
#embed "site/requests/detail.js"
END
BEGIN(requests_filters_js)
#embed "site/requests/filters.js"
END
BEGIN(requests_row_js)
#embed "site/requests/row.js"
END
BEGIN(requests_timeline_js)
#embed "site/requests/timeline.js"
END
BEGIN(requests_words_js)
#embed "site/requests/words.js"
END
BEGIN(states_books_js)
#embed "site/states/books.js"
END
BEGIN(states_pool_js)
#embed "site/states/pool.js"
END
BEGIN(usage_chart_js)
#embed "site/usage/chart.js"
END
BEGIN(usage_csv_js)
#embed "site/usage/csv.js"
END
BEGIN(usage_days_js)
#embed "site/usage/days.js"
END

#define FILE_NAMED(path, name) {path, name, sizeof name}

static const struct dashboard_file files[] = {
    FILE_NAMED("app.js", app_js),
    FILE_NAMED("drover.css", drover_css),
    FILE_NAMED("icon.svg", icon_svg),
    FILE_NAMED("index.html", index_html),
    FILE_NAMED("keys/actions.js", keys_actions_js),
    FILE_NAMED("keys/budget.js", keys_budget_js),
    FILE_NAMED("keys/form.js", keys_form_js),
    FILE_NAMED("keys/names.js", keys_names_js),
    FILE_NAMED("keys/secret.js", keys_secret_js),
    FILE_NAMED("lib/api.js", lib_api_js),
    FILE_NAMED("lib/dom.js", lib_dom_js),
    FILE_NAMED("lib/format.js", lib_format_js),
    FILE_NAMED("lib/keyed.js", lib_keyed_js),
    FILE_NAMED("lib/router.js", lib_router_js),
    FILE_NAMED("lib/session.js", lib_session_js),
    FILE_NAMED("lib/streams.js", lib_streams_js),
    FILE_NAMED("lib/theme.js", lib_theme_js),
    FILE_NAMED("pages/config.js", pages_config_js),
    FILE_NAMED("pages/keys.js", pages_keys_js),
    FILE_NAMED("pages/login.js", pages_login_js),
    FILE_NAMED("pages/playground.js", pages_playground_js),
    FILE_NAMED("pages/pool.js", pages_pool_js),
    FILE_NAMED("pages/requests.js", pages_requests_js),
    FILE_NAMED("pages/states.js", pages_states_js),
    FILE_NAMED("pages/usage.js", pages_usage_js),
    FILE_NAMED("parts/bits.js", parts_bits_js),
    FILE_NAMED("parts/dialog.js", parts_dialog_js),
    FILE_NAMED("parts/icons.js", parts_icons_js),
    FILE_NAMED("parts/spark.js", parts_spark_js),
    FILE_NAMED("playground/chat.js", playground_chat_js),
    FILE_NAMED("playground/lane.js", playground_lane_js),
    FILE_NAMED("pool/actions.js", pool_actions_js),
    FILE_NAMED("pool/card.js", pool_card_js),
    FILE_NAMED("pool/matrix.js", pool_matrix_js),
    FILE_NAMED("pool/past.js", pool_past_js),
    FILE_NAMED("pool/queue.js", pool_queue_js),
    FILE_NAMED("pool/state.js", pool_state_js),
    FILE_NAMED("pool/why.js", pool_why_js),
    FILE_NAMED("pool/words.js", pool_words_js),
    FILE_NAMED("requests/decision.js", requests_decision_js),
    FILE_NAMED("requests/detail.js", requests_detail_js),
    FILE_NAMED("requests/filters.js", requests_filters_js),
    FILE_NAMED("requests/row.js", requests_row_js),
    FILE_NAMED("requests/timeline.js", requests_timeline_js),
    FILE_NAMED("requests/words.js", requests_words_js),
    FILE_NAMED("states/books.js", states_books_js),
    FILE_NAMED("states/pool.js", states_pool_js),
    FILE_NAMED("usage/chart.js", usage_chart_js),
    FILE_NAMED("usage/csv.js", usage_csv_js),
    FILE_NAMED("usage/days.js", usage_days_js),
};

size_t dashboard_count(void) { return sizeof files / sizeof files[0]; }

struct dashboard_file dashboard_file(size_t place) { return files[place]; }
