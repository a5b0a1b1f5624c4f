import ArgumentParser
import Config
import Logging
import Testing

@testable import CLI

/// A start command that was written for LiteLLM.
@Suite struct LiteLLMOptionsTests {
    @Test func `a copied compose file's command starts`() throws {
        let serve = try ServeCommand.parse([
            "--config", "/app/config.yaml", "--port", "4000", "--num_workers", "8", "--detailed_debug",
        ])
        #expect(serve.config == "/app/config.yaml" && serve.port == 4000)
        #expect(serve.litellm.workers == 8 && serve.litellm.detailedDebug)
        #expect(serve.ignored.warnings.isEmpty)
        #expect(try ServeCommand.parse(["-c", "x.yaml"]).config == "x.yaml")
    }

    @Test func `options with a meaning become settings`() throws {
        let serve = try ServeCommand.parse([
            "--model", "ollama/llama3", "--alias", "gpt-4", "--api_base", "http://gpu-1:1", "--temperature", "0.5",
            "--max_tokens", "9", "--headers", "{\"a\":\"b\"}", "--api_version", "2024", "--request_timeout", "30",
            "--drop_params", "--keepalive_timeout", "90", "--limit_concurrency", "100", "--ssl_certfile_path", "c",
            "--ssl_keyfile_path", "k", "--debug",
        ])
        var expected = CommandLineSettings()
        expected.requestTimeout = 30
        expected.dropParams = true
        expected.idleTimeout = 90
        expected.maxConnections = 100
        var model = CommandLineSettings.Model("ollama/llama3")
        model.alias = "gpt-4"
        model.apiBase = "http://gpu-1:1"
        model.apiVersion = "2024"
        model.temperature = 0.5
        model.maxTokens = 9
        model.headers = "{\"a\":\"b\"}"
        expected.model = model
        #expect(serve.litellm.settings == expected)
        #expect(serve.litellm.certificateFile == "c" && serve.litellm.keyFile == "k" && serve.litellm.debug)
    }

    @Test func `every option without a meaning is accepted with a warning that names it`() throws {
        let valued = [
            "telemetry", "add_key", "max_budget", "log_config", "num_requests", "ciphers", "granian_threads",
            "timeout_worker_healthcheck", "max_requests_before_restart", "max_requests_before_restart_jitter",
            "prometheus_metrics_port",
        ]
        for name in valued {
            let serve = try ServeCommand.parse(["--\(name)", "1", "--port", "1"])
            #expect(serve.ignored.warnings.count == 1)
            #expect(serve.ignored.warnings[0].hasPrefix("--\(name) has no effect here"))
        }
        for option in IgnoredOptions.Switch.allCases {
            let serve = try ServeCommand.parse(["--\(option.rawValue)", "--port", "1"])
            #expect(serve.ignored.warnings.map { $0.hasPrefix("--\(option.rawValue) has no effect here") } == [true])
        }
        for arguments in [["--telemetry"], ["--telemetry", "False"], ["--telemetry", "--port", "1"]] {
            #expect(try ServeCommand.parse(arguments).ignored.warnings.count == 1)
        }
    }

    @Test(arguments: [
        ["--test"], ["--setup"], ["--test_async"], ["--num_workers", "0"], ["--request_timeout", "0"],
        ["--no_such_option"],
    ])
    func `what would mean something else than serving is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try ServeCommand.parse(arguments) }
    }

    @Test func `what is about the model of --model is a warning where none is named`() throws {
        for arguments in [
            ["--alias", "x"], ["--api_base", "http://x"], ["--headers", "{}"], ["--temperature", "0.2"],
            ["--max_tokens", "5"], ["--api_version", "1"],
        ] {
            let warnings = try ServeCommand.parse(["--config", "c.yaml"] + arguments).litellm.warnings
            #expect(warnings.count == 1 && warnings[0].hasPrefix(arguments[0]), "\(warnings)")
            #expect(try ServeCommand.parse(["--model", "ollama/x"] + arguments).litellm.warnings.isEmpty)
        }
    }

    @Test func `no option stands in help that would hide ours`() {
        let help = ServeCommand.helpMessage()
        #expect(help.contains("--threads") && !help.contains("num_workers") && !help.contains("telemetry"))
    }

    @Test func `variables say what LiteLLM's do, and other programs' are left alone`() {
        let variables = LiteLLMVariables(environment: [
            "PORT": "8080", "HOST": "0.0.0.0", "NUM_WORKERS": "4", "DETAILED_DEBUG": "True", "LITELLM_LOG": "ERROR",
            "SSL_CERTFILE_PATH": "c", "SSL_KEYFILE_PATH": "k", "CONFIG_FILE_PATH": "/app/c.yaml",
        ])
        #expect(variables.port == 8080 && variables.host == "0.0.0.0" && variables.workers == 4)
        #expect(variables.logLevel?.rawValue == "debug" && variables.certificateFile == "c" && variables.keyFile == "k")
        #expect(variables.config == "/app/c.yaml")
        let others = LiteLLMVariables(environment: [
            "PORT": "tcp://172.17.0.2:4000", "HOST": "my-laptop", "NUM_WORKERS": "", "DEBUG": "express:*",
            "LITELLM_LOG": "ERROR",
        ])
        #expect(others.port == nil && others.host == nil && others.workers == nil && others.config == nil)
        #expect(others.logLevel?.rawValue == "error")
        #expect(LiteLLMVariables(environment: ["HOST": "::"]).host == "::")
        #expect(LiteLLMVariables(environment: ["HOST": "beef"]).host == nil)
    }
}
