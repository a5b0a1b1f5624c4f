import Config
import Testing

/// Every fault, word for word and with its place.
@Suite struct FaultTests {
    @Test(
        arguments: [
            // Syntax
            (
                "a: [1, 2\nb: 3\n",
                [
                    "2:2: this is not YAML: did not find expected ',' or ']' while parsing a flow sequence that begins in line 1"
                ]
            ),
            (
                "a: \"x\n",
                [
                    "2:1: this is not YAML: found unexpected end of stream while scanning a quoted scalar that begins in line 1"
                ]
            ),
            ("a: *x\n", ["1:4: this is not YAML: found undefined alias"]),
            ("a: \u{1}\n", ["1:1: this is not YAML: control characters are not allowed"]),
            ("drover: {}\n---\ndrover: {}\n", ["2:1: a second document begins here; a configuration is one document"]),
            ("- a\n", ["1:1: expects a mapping, found a list"]),
            ("hello\n", ["1:1: expects a mapping, found \"hello\""]),
            ("{[a]: b}\n", ["1:2: a key must be text"]),
            ("drover: {<<: 3}\n", ["1:14: << expects a mapping, found \"3\""]),
            // Sections
            (withModel("drover: 3"), ["2:9: drover: expects a mapping, found \"3\""]),
            (withModel("router_settings: []"), ["2:18: router_settings: expects a mapping, found a list"]),
            ("model_list: {}", ["1:13: model_list: expects a list, found a mapping"]),
            ("environment_variables: [A]", ["1:24: environment_variables: expects a mapping, found a list"]),
            ("environment_variables: {A: [1]}", ["1:28: environment_variables.A: expects text, found a list"]),
            // Deployments
            ("model_list:\n  - x", ["2:5: model_list[0]: expects a mapping, found \"x\""]),
            (
                "model_list:\n  -\n",
                ["2:4: model_list[0]: is empty; give it a model_name and litellm_params, or remove the dash"]
            ),
            ("model_list:\n  - litellm_params: {model: ollama/x}", ["2:5: model_list[0]: has no model_name"]),
            ("model_list:\n  - model_name: x", ["2:5: model_list[0]: has no litellm_params"]),
            (
                "model_list:\n  - {model_name: '', litellm_params: {}}",
                [
                    "2:18: model_list[0].model_name: is empty", "2:38: model_list[0].litellm_params: has no model",
                ]
            ),
            (
                deployment("olama/x"),
                ["3:14: model_list[0].litellm_params.model: no provider named \"olama\"; did you mean \"ollama\"?"]
            ),
            (deployment("ollama/"), ["3:14: model_list[0].litellm_params.model: names no model after the slash"]),
            (
                deployment("ollama/x", "api_base: gpu-1:11434"),
                [
                    "4:17: model_list[0].litellm_params.api_base: \"gpu-1:11434\" has no scheme; write http://gpu-1:11434"
                ]
            ),
            (
                deployment("ollama/x", "weight: heavy"),
                ["4:15: model_list[0].litellm_params.weight: expects a number, found \"heavy\""]
            ),
            (deployment("ollama/x", "rpm: -1"), ["4:12: model_list[0].litellm_params.rpm: must be at least 0, not -1"]),
            (
                deployment("ollama/x", "max_parallel_requests: 0"),
                [
                    "4:30: model_list[0].litellm_params.max_parallel_requests: must be at least 1, not 0"
                ]
            ),
            (
                deployment("ollama/x", "max_parallel_requests: 1.5"),
                [
                    "4:30: model_list[0].litellm_params.max_parallel_requests: expects a whole number, found \"1.5\""
                ]
            ),
            (
                deployment("ollama/x", "timeout: soon"),
                ["4:16: model_list[0].litellm_params.timeout: \"soon\" is not a number of seconds"]
            ),
            (
                deployment("ollama/x", "stream_timeout: 0"),
                [
                    "4:23: model_list[0].litellm_params.stream_timeout: must be longer than nothing"
                ]
            ),
            (
                deployment("ollama/x", "cooldown_time: -5"),
                [
                    "4:22: model_list[0].litellm_params.cooldown_time: \"-5\" is not a length of time"
                ]
            ),
            (
                deployment("ollama/x", "api_key: [a]"),
                ["4:16: model_list[0].litellm_params.api_key: expects text, found a list"]
            ),
            (
                deployment("ollama/x", "drop_params: maybe"),
                [
                    "4:20: model_list[0].litellm_params.drop_params: expects true or false, found \"maybe\""
                ]
            ),
            (
                deployment("ollama/x", "temperature: hot"),
                ["4:20: model_list[0].litellm_params.temperature: expects a number, found \"hot\""]
            ),
            (
                deployment("ollama/x", "num_ctx: 4.5"),
                ["4:16: model_list[0].litellm_params.num_ctx: expects a whole number, found \"4.5\""]
            ),
            (
                deployment("ollama/x", "use_mmap: 1"),
                ["4:17: model_list[0].litellm_params.use_mmap: expects true or false, found \"1\""]
            ),
            (
                deployment("ollama/x", "extra_body: 3"),
                ["4:19: model_list[0].litellm_params.extra_body: expects a mapping, found \"3\""]
            ),
            (
                deployment("ollama/x", "options: {seed: x}"),
                [
                    "4:23: model_list[0].litellm_params.options.seed: expects a whole number, found \"x\""
                ]
            ),
            (
                deployment("ollama/x", "api_key: os.environ/"),
                [
                    "4:16: model_list[0].litellm_params.api_key: os.environ/ names no variable; write os.environ/NAME"
                ]
            ),
            (
                """
                model_list:
                  - {model_name: a, litellm_params: {model: ollama/a}, model_info: {id: one, slots: 0}}
                  - {model_name: b, litellm_params: {model: ollama/b}, model_info: {id: one}}
                  - {model_name: c, litellm_params: {model: ollama/c}, model_info: {routing_strategy: least-busy}}
                  - {model_name: c, litellm_params: {model: ollama/d}, model_info: {routing_strategy: peak-ewma}}
                """,
                [
                    "2:85: model_list[0].model_info.slots: must be at least 1, not 0",
                    "3:73: model_list[1].model_info.id: \"one\" is the id of model_list[0] too",
                    "5:87: model_list[3].model_info.routing_strategy: model_list[2].model_info.routing_strategy gives \"c\" "
                        + "another strategy",
                ]
            ),
            // Settings
            (
                withModel("router_settings: {routing_strategy: lest-busy}"),
                [
                    "2:37: router_settings.routing_strategy: no strategy named \"lest-busy\"; did you mean \"least-busy\"?"
                ]
            ),
            (
                withModel("router_settings: {routing_strategy: random}"),
                [
                    "2:37: router_settings.routing_strategy: no strategy named \"random\"; there are simple-shuffle, least-busy, "
                        + "latency-based, peak-ewma, soonest, power-of-two, round-robin, prefix-affinity"
                ]
            ),
            (
                """
                model_list:
                  - {model_name: a, litellm_params: {model: ollama/a}, model_info: {class: interactiv}}
                  - {model_name: b, litellm_params: {model: ollama/b}, model_info: {class: urgent}}
                  - {model_name: c, litellm_params: {model: ollama/c}, model_info: {class: batch}}
                  - {model_name: c, litellm_params: {model: ollama/d}, model_info: {class: interactive}}
                """,
                [
                    "2:76: model_list[0].model_info.class: no class named \"interactiv\"; did you mean \"interactive\"?",
                    "3:76: model_list[1].model_info.class: no class named \"urgent\"; there are interactive, default, batch",
                    "5:76: model_list[3].model_info.class: model_list[2].model_info.class gives \"c\" another class",
                ]
            ),
            (
                withModel("drover: {context: protct}"),
                ["2:19: drover.context: no policy named \"protct\"; did you mean \"protect\"?"]
            ),
            (
                withModel("router_settings: {num_retries: -1}"),
                ["2:32: router_settings.num_retries: must be at least 0, not -1"]
            ),
            (
                withModel("router_settings: {num_retries: 2000000000}"),
                [
                    "2:32: router_settings.num_retries: must be at most 1000000000, not 2000000000"
                ]
            ),
            (
                withModel("router_settings: {timeout: 1e12}"),
                ["2:28: router_settings.timeout: \"1e12\" is longer than a century"]
            ),
            (
                withModel("router_settings: {timeout: nan}"),
                ["2:28: router_settings.timeout: \"nan\" is not a length of time"]
            ),
            (
                withModel("router_settings: {model_group_alias: {gpt-4: lama3}}"),
                [
                    "2:46: router_settings.model_group_alias.gpt-4: no model named \"lama3\"; did you mean \"llama3\"?"
                ]
            ),
            (
                withModel("router_settings: {model_group_alias: {a: {hidden: true}, b: []}}"),
                [
                    "2:42: router_settings.model_group_alias.a: names no model",
                    "2:61: router_settings.model_group_alias.b: expects a model, found a list",
                ]
            ),
            (
                withModel("litellm_settings: {fallbacks: [{llama3: [banana]}, {lama3: [llama3]}, x]}"),
                [
                    "2:42: litellm_settings.fallbacks[0]: no model named \"banana\"",
                    "2:53: litellm_settings.fallbacks[1]: no model named \"lama3\"; did you mean \"llama3\"?",
                    "2:71: litellm_settings.fallbacks[2]: expects {model: [model, …]}, found \"x\"",
                ]
            ),
            (
                withModel("router_settings: {default_fallbacks: [lama3], context_window_fallbacks: {llama3: x}}"),
                [
                    "2:39: router_settings.default_fallbacks[0]: no model named \"lama3\"; did you mean \"llama3\"?",
                    "2:73: router_settings.context_window_fallbacks: expects a list, found a mapping",
                ]
            ),
            (
                withModel("litellm_settings: {fallbacks: [{llama3: {a: b}}]}"),
                ["2:41: litellm_settings.fallbacks[0].llama3: expects a list of models, found a mapping"]
            ),
            (
                withModel("drover: {repair_tool_calls: maybe}"),
                ["2:29: drover.repair_tool_calls: no repair named \"maybe\"; there are off, fix, ask"]
            ),
            (
                withModel("drover: {keep_responses: disk}"),
                ["2:26: drover.keep_responses: no place named \"disk\"; there are memory, store, off"]
            ),
            (
                withModel("general_settings: {master_key: }"),
                [
                    "2:32: general_settings.master_key: is empty; write a key or remove the line"
                ]
            ),
            (withModel("general_settings: {master_key: ''}"), ["2:32: general_settings.master_key: is empty"]),
            // Ours
            (
                withModel("drover: {probe: {interval: \"30\", timeout: 0s, fall: 0, rise: x}}"),
                [
                    "2:28: drover.probe.interval: \"30\" has no unit; write 30s or 500ms",
                    "2:43: drover.probe.timeout: must be longer than nothing",
                    "2:53: drover.probe.fall: must be at least 1, not 0",
                    "2:62: drover.probe.rise: expects a whole number, found \"x\"",
                ]
            ),
            (withModel("drover: {probe: off}"), ["2:17: drover.probe: expects a mapping, found \"off\""]),
            (
                withModel("drover: {breaker: {trip_after: 0, open: 30s, max_open: 5s}}"),
                [
                    "2:32: drover.breaker.trip_after: must be at least 1, not 0",
                    "2:56: drover.breaker.max_open: must not be less than drover.breaker.open",
                ]
            ),
            (
                withModel("drover: {retry_budget: {percent: -1, minimum: -1}}"),
                [
                    "2:34: drover.retry_budget.percent: must be at least 0, not -1",
                    "2:47: drover.retry_budget.minimum: must be at least 0, not -1",
                ]
            ),
            (
                withModel("drover: {queue: {max_waiting: -1, max_wait: 5}}"),
                [
                    "2:31: drover.queue.max_waiting: must be at least 0, not -1",
                    "2:45: drover.queue.max_wait: \"5\" has no unit; write 5s or 500ms",
                ]
            ),
            (
                withModel("drover: {first_token: {deadline: soon}, total_timeout: 5, expose_tags: 3}"),
                [
                    "2:34: drover.first_token.deadline: \"soon\" is not a number with a unit",
                    "2:56: drover.total_timeout: \"5\" has no unit; write 5s or 500ms",
                    "2:72: drover.expose_tags: expects true or false, found \"3\"",
                ]
            ),
            (
                withModel("drover: {limits: {max_body: 64, max_header: 0B, max_connections: 0, idle_timeout: 5w}}"),
                [
                    "2:29: drover.limits.max_body: \"64\" has no unit; write 64B or 64MiB",
                    "2:45: drover.limits.max_header: \"0B\" must be more than nothing",
                    "2:66: drover.limits.max_connections: must be at least 1, not 0",
                    "2:83: drover.limits.idle_timeout: \"5w\" has an unknown unit; write ms, s, m, h or d",
                ]
            ),
            (
                withModel("drover: {instances: {a: http://h:1, b: http://H:1/, c: h, 'd e': http://i, f: [1]}}"),
                [
                    "2:40: drover.instances.b: is the same instance as drover.instances.a",
                    "2:56: drover.instances.c: \"h\" has no scheme; write http://h",
                    "2:59: drover.instances.d e: a name is of letters, digits and signs, without blank or slash",
                    "2:79: drover.instances.f: expects a base URL, found a list",
                ]
            ),
            (
                withModel(
                    "drover: {instances: {a: {memory: 24GB}, b: {url: http://h:1, memory: 24}, c: {url: h, momery: 1}}}"
                ),
                [
                    "2:25: drover.instances.a: needs a url, the instance's base URL",
                    "2:70: drover.instances.b.memory: \"24\" has no unit; write 24B or 64MiB",
                    "2:84: drover.instances.c: \"h\" has no scheme; write http://h",
                ]
            ),
            (
                withModel("drover: {instances: [http://h:1]}"),
                [
                    "2:21: drover.instances: expects a mapping of names to base URLs, found a list"
                ]
            ),
            // Duplicate keys, with what else is wrong in the same file
            (
                """
                router_settings:
                  "num_retries": 1
                  timeout: soon
                  num_retries: 2
                  num_retries: 3
                litellm_settings: {drop_params: true, drop_params: maybe}
                """,
                [
                    "3:12: router_settings.timeout: \"soon\" is not a number of seconds",
                    "4:3: router_settings.num_retries: is written twice; the first one stands in line 2",
                    "5:3: router_settings.num_retries: is written twice; the first one stands in line 2",
                    "6:39: litellm_settings.drop_params: is written twice; the first one stands in line 6",
                    "6:52: litellm_settings.drop_params: expects true or false, found \"maybe\"",
                ]
            ),
        ] as [(String, [String])])
    func `is told word for word and in file order`(text: String, lines: [String]) {
        #expect(load(text).faults.map(\.description) == lines.map { "c.yaml:" + $0 })
    }

    @Test func `a file nested deeper than any configuration is stopped where it goes too deep`() {
        let deep = load("a: " + String(repeating: "[", count: 100_000)).faults
        #expect(
            deep.map(\.description) == [
                "c.yaml:1:103: the file is too large or nested too deeply once its aliases are followed"
            ])
    }

    @Test func `two merges in one mapping are told as a key written twice`() {
        let text = "a: &a {timeout: 1}\nrouter_settings:\n  <<: *a\n  <<: *a\n"
        #expect(
            load(text).faults.map(\.description) == [
                "c.yaml:4:3: router_settings.<<: is written twice; the first one stands in line 3"
            ])
    }

    @Test func `of duplicate keys the last one counts`() {
        let loaded = load("router_settings:\n  num_retries: 1\n  num_retries: 2\n")
        #expect(loaded.configuration.routerSettings.numRetries == 2)
    }

    @Test func `aliases that blow up are stopped`() {
        var text = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
        for level in 1...8 {
            let alias = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
            text += "a\(level): &a\(level) [\(alias)]\n"
        }
        #expect(
            load(text).faults.map(\.message) == [
                "the file is too large or nested too deeply once its aliases are followed"
            ])
    }
}

/// A file of one deployment, with one more parameter in line 4.
private func deployment(_ model: String, _ parameter: String = "") -> String {
    """
    model_list:
      - {model_name: m, litellm_params: {
          model: \(model),
          \(parameter)}}
    """
}
