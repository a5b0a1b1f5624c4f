import ArgumentParser
import Foundation
import NIOSSL
import TestSupport
import Testing

@testable import CLI

/// The program itself, as a shell starts it.
@Suite(.timeLimit(.minutes(2)), .serialized, .enabled(if: Program.isThere, "the program was not built"))
struct ServeProcessTests {
    private static let pool = """
        model_list:
          - {model_name: llama3, litellm_params: {model: "ollama/llama3.1:8b", api_base: "http://127.0.0.1:1"}}

        """

    @Test func `without the word serve it serves loopback with one warning, and SIGTERM ends it with 0`() async throws {
        let file = try TemporaryFile(Self.pool)
        let program = try Program(["--config", file.path, "--port", "0", "--threads", "1", "--ui"])
        #expect(try await program.line() == "warning: no master key is set: every request to 127.0.0.1 is accepted")
        let port = try await program.listeningPort(host: "127.0.0.1")
        let client = try await RawConnection.connect(port)
        try await client.send(RunningGateway.get("/health/liveliness"))
        #expect(try await client.message().body == "\"I'm alive!\"")
        program.terminate()
        #expect(try await program.exitStatus() == 0)
    }

    #if os(Linux)
        @Test func `without a descriptor it waits for one at rest, and then answers who has waited`() async throws {
            let file = try TemporaryFile(Self.pool)
            let program = try Program(["serve", "--config", file.path, "--port", "0", "--threads", "1"])
            let port = try await program.listeningPort(host: "127.0.0.1")
            // The box is down after this line: nothing else opens or closes a descriptor from then on.
            while try await !program.outputLine().contains("went down") {}
            let process = "/proc/\(program.identifier)"
            let open = try FileManager.default.contentsOfDirectory(atPath: process + "/fd").compactMap(Int.init)
            let most = try #require(open.max()) + 1
            try Self.limitDescriptors(of: program, to: most)

            // One more may find a gap among them.
            var clients: [RawConnection] = []
            for _ in 0...most - open.count { clients.append(try await RawConnection.connect(port)) }
            while try await !program.outputLine().contains("too many open files") {}
            let (start, before) = (ContinuousClock.now, try Self.ticks(process))
            while ContinuousClock.now - start < .seconds(1) { try await Task.sleep(for: .milliseconds(100)) }
            // Of a hundred; it took all of them.
            #expect(try Self.ticks(process) - before < 50)

            try Self.limitDescriptors(of: program, to: 1024)
            let last = try #require(clients.last)
            try await last.send(RunningGateway.get("/health/liveliness"))
            #expect(try await last.message().status == 200)
            program.terminate()
            #expect(try await program.exitStatus() == 0)
        }

        private static func limitDescriptors(of program: Program, to most: Int) throws {
            let change = try Process.run(
                URL(filePath: "/usr/bin/prlimit"), arguments: ["--pid", "\(program.identifier)", "--nofile=\(most):"])
            change.waitUntilExit()
            try #require(change.terminationStatus == 0)
        }

        /// The time that a process has used, in hundredths of a second.
        private static func ticks(_ process: String) throws -> Int {
            // Behind the name, which may hold blanks, user and system time are the 12th and 13th.
            let fields = try String(contentsOfFile: process + "/stat", encoding: .utf8).split(separator: ")").last!
                .split(separator: " ")
            return try #require(Int(fields[11])) + #require(Int(fields[12]))
        }
    #endif

    @Test func `without a master key another address needs --insecure`() async throws {
        let file = try TemporaryFile(Self.pool)
        let refused = try Program(["serve", "--config", file.path, "--port", "0", "--host", "0.0.0.0"])
        #expect(try await refused.line().contains("or bind 127.0.0.1, or pass --insecure"))
        #expect(try await refused.exitStatus() == 1)
        let allowed = try Program(["serve", "--config", file.path, "--port", "0", "--host", "0.0.0.0", "--insecure"])
        #expect(try await allowed.line().hasPrefix("warning: no master key is set"))
        _ = try await allowed.listeningPort(host: "0.0.0.0")
        allowed.terminate()
        #expect(try await allowed.exitStatus() == 0)
    }

    @Test func `a master key of the environment opens every address, and is asked for`() async throws {
        let file = try TemporaryFile(Self.pool)
        let program = try Program(
            ["serve", "--config", file.path, "--port", "0"], environment: ["LITELLM_MASTER_KEY": "sk-env-1234"])
        let port = try await program.listeningPort(host: "0.0.0.0")
        let client = try await RawConnection.connect(port)
        for (header, status) in [("", 401), ("Authorization: Bearer sk-env-1234\r\n", 200)] {
            try await client.send(RunningGateway.get("/v1/models", header))
            #expect(try await client.message().status == status)
        }
        program.terminate()
        #expect(try await program.exitStatus() == 0)
    }

    @Test(arguments: [nil, ""]) func `a master key whose variable is unset or empty stops it`(value: String?)
        async throws
    {
        let file = try TemporaryFile(Self.pool + "general_settings: {master_key: os.environ/DROVER_TEST_MASTER}\n")
        let program = try Program(
            ["serve", "--config", file.path, "--port", "0"],
            environment: value.map { ["DROVER_TEST_MASTER": $0] } ?? [:])
        #expect(try await program.lines().contains { $0.contains("DROVER_TEST_MASTER") })
        #expect(try await program.exitStatus() == 1)
    }

    @Test func `a deployment whose key is unset is down, and the rest is served`() async throws {
        let file = try TemporaryFile(
            Self.pool
                + "  - {model_name: cloud, litellm_params: {model: openai/gpt-4o, api_key: os.environ/DROVER_TEST_KEY}}\n"
        )
        let program = try Program(["--config", file.path, "--port", "0"])
        let client = try await RawConnection.connect(try await program.listeningPort(host: "127.0.0.1"))
        try await client.send(RunningGateway.get("/pool"))
        let rows = try JSONNode(try await client.message().body)["deployments"].elements
        #expect(rows.map { $0["state"].text } == ["unknown", "down"])
        #expect(rows.last?["reason"] == .string("DROVER_TEST_KEY is not set"))
        program.terminate()
        #expect(try await program.exitStatus() == 0)
    }

    @Test func `with a certificate the port speaks TLS, hot and cold`() async throws {
        let config = try TemporaryFile(Self.pool)
        let certificate = try TemporaryFile(TestCertificate.certificate)
        let key = try TemporaryFile(TestCertificate.key)
        let program = try Program([
            "--config", config.path, "--port", "0", "--tls-cert", certificate.path, "--tls-key", key.path,
        ])
        let port = try await program.listeningPort(host: "127.0.0.1", scheme: "https")
        let client = try await RawConnection.connect(
            port, trusting: try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem))
        // Nobody answers at that address, and the client hears it in order.
        for stream in [false, true] {
            try await client.send(RunningGateway.chat(stream: stream))
            let answer = try await client.message()
            #expect(answer.status == 502 || answer.status == 503, "\(answer)")
        }
        try await client.send(RunningGateway.get("/v1/models"))
        #expect(try await client.message().body.contains("\"llama3\""))
        await client.close()
        program.terminate()
        #expect(try await program.exitStatus() == 0)
    }

    @Test func `a certificate, a key or an address that cannot be used is named, with the reason`() async throws {
        let config = try TemporaryFile(Self.pool)
        let certificate = try TemporaryFile(TestCertificate.certificate)
        let key = try TemporaryFile(TestCertificate.key)
        for (arguments, words) in [
            (["--tls-cert", "/no/such.pem", "--tls-key", key.path], "/no/such.pem cannot be used: No such file"),
            (["--tls-cert", certificate.path, "--tls-key", "/no.pem"], "/no.pem cannot be used: No such file"),
            (
                ["--tls-cert", config.path, "--tls-key", key.path],
                "\(config.path) cannot be used: it holds no certificate in PEM"
            ),
            (
                ["--tls-cert", certificate.path, "--tls-key", config.path],
                "\(config.path) cannot be used: it holds no private key in PEM"
            ),
            (["--host", "no.such.host.invalid", "--insecure"], "no.such.host.invalid has no address here"),
        ] {
            let program = try Program(["--config", config.path, "--port", "0"] + arguments)
            #expect(try await program.lines().contains { $0.hasPrefix(words) }, "\(words)")
            #expect(try await program.exitStatus() == 1)
        }
    }

    @Test func `a file of a usual name stays the configuration while it is away, and is a fault when unreadable`()
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drover-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "config.yaml")
        try Data(Self.pool.utf8).write(to: file)
        let program = try Program(["--port", "0"], in: folder.path)
        let port = try await program.listeningPort(host: "127.0.0.1")
        let client = try await RawConnection.connect(port)
        let reload = "POST /config/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
        for text in [nil, ""] {
            try FileManager.default.removeItem(at: file)
            if let text { try Data(text.utf8).write(to: file) }
            try await client.send(reload)
            let answer = try await client.message()
            #expect(answer.status == 400 && answer.body.contains("nothing was changed"), "\(answer.body)")
            try Data(Self.pool.utf8).write(to: file)
        }
        try await client.send(reload)
        #expect(try await client.message().status == 200)
        await client.close()
        program.terminate()
        #expect(try await program.exitStatus() == 0)
        // As one that this user may not read, which root may.
        try FileManager.default.removeItem(at: file)
        try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
        let other = try Program(["--port", "0"], in: folder.path)
        #expect(try await other.lines() == ["cannot read config.yaml: it is a directory; name the file in it"])
        #expect(try await other.exitStatus() == 1)
    }

    @Test func `SIGHUP reads a renewed certificate, and a file that is none changes nothing`() async throws {
        let config = try TemporaryFile(Self.pool)
        let certificate = try TemporaryFile(TestCertificate.certificate)
        let key = try TemporaryFile(TestCertificate.key)
        let program = try Program([
            "--config", config.path, "--port", "0", "--tls-cert", certificate.path, "--tls-key", key.path,
        ])
        let port = try await program.listeningPort(host: "127.0.0.1", scheme: "https")
        func answers(to trusted: String) async -> Bool {
            guard let root = try? NIOSSLCertificate(bytes: Array(trusted.utf8), format: .pem),
                let client = try? await RawConnection.connect(port, trusting: root)
            else { return false }
            defer { Task { await client.close() } }
            try? await client.send(RunningGateway.get("/health/liveliness"))
            return (try? await client.message().status) == 200
        }
        #expect(await answers(to: TestCertificate.certificate))
        #expect(await !answers(to: TestCertificate.renewed))
        for text in ["no certificate", TestCertificate.renewed] {
            try text.write(toFile: certificate.path, atomically: true, encoding: .utf8)
            program.send(SIGHUP)
            while try await !program.outputLine().contains("SIGHUP: the certificate") {}
            let isRenewed = text == TestCertificate.renewed
            #expect(await answers(to: TestCertificate.renewed) == isRenewed)
            #expect(await answers(to: TestCertificate.certificate) == !isRenewed)
        }
        program.terminate()
        #expect(try await program.exitStatus() == 0)
    }

    @Test func `SIGHUP reads the configuration anew, and a faulty one changes nothing`() async throws {
        let file = try TemporaryFile(Self.pool)
        let program = try Program(["--config", file.path, "--port", "0"])
        let client = try await RawConnection.connect(try await program.listeningPort(host: "127.0.0.1"))
        for (text, word, model) in [
            (Self.pool.replacing("model_name: llama3", with: "model_name: phi"), "was reloaded", "\"phi\""),
            ("model_list: 7", "was not reloaded", "\"phi\""), (Self.pool, "was reloaded", "\"llama3\""),
        ] {
            try text.write(toFile: file.path, atomically: true, encoding: .utf8)
            program.send(SIGHUP)
            while try await !program.outputLine().contains(word) {}
            try await client.send(RunningGateway.get("/v1/models"))
            #expect(try await client.message().body.contains(model))
        }
        await client.close()
        program.terminate()
        #expect(try await program.exitStatus() == 0)
    }

    @Test func `no signal but those that are to end it does, and a running stream goes on`() async throws {
        let upstream = try await PlayedUpstream.start()
        let file = try TemporaryFile(Self.pool.replacing("127.0.0.1:1\"", with: "127.0.0.1:\(upstream.port)\""))
        let program = try Program(["--config", file.path, "--port", "0"])
        let client = try await RawConnection.connect(try await program.listeningPort(host: "127.0.0.1"))
        try await client.send(RunningGateway.chat(stream: true))
        let box = try await upstream.nextCall().connection
        try await box.send(PlayedUpstream.streamHead + PlayedUpstream.token("one"))
        _ = try await client.text(through: "\"one\"")
        for number in Signals.harmless { program.send(number) }
        try await box.send(PlayedUpstream.token("two"))
        _ = try await client.text(through: "\"two\"")
        for number in Signals.harmless { program.send(number) }
        try await box.send(PlayedUpstream.lastToken)
        _ = try await client.text(through: "[DONE]")
        #expect(Signals.harmless.contains(SIGHUP) && !Signals.harmless.contains(SIGTERM))
        await client.close()
        program.terminate()
        #expect(try await program.exitStatus() == 0)
        await upstream.stop()
    }

    @Test func `a second SIGTERM ends running requests at once, with an error`() async throws {
        let upstream = try await PlayedUpstream.start()
        let file = try TemporaryFile(Self.pool.replacing("127.0.0.1:1\"", with: "127.0.0.1:\(upstream.port)\""))
        let program = try Program(["--config", file.path, "--port", "0"])
        let client = try await RawConnection.connect(try await program.listeningPort(host: "127.0.0.1"))
        try await client.send(RunningGateway.chat())
        _ = try await upstream.nextCall()
        program.send(SIGTERM)
        program.send(SIGINT)
        let answer = try await client.message()
        #expect(answer.status == 503 && answer.body.contains("shutting_down"))
        #expect(try await program.exitStatus() == 0)
        await upstream.stop()
    }

    @Test func `a standard output that is a full pipe does not keep SIGTERM from ending it`() async throws {
        let file = try TemporaryFile(Self.pool)
        // Every request is a line of log, and nobody reads them.
        let program = try Program(["--config", file.path, "--port", "0", "--log-level", "debug"])
        let port = try await program.listeningPort(host: "127.0.0.1")
        let client = try await RawConnection.connect(port)
        for _ in 0..<2000 {
            try await client.send(RunningGateway.get("/no/such/route/\(String(repeating: "x", count: 150))"))
            _ = try await client.message()
        }
        await client.close()
        program.terminate()
        #expect(try await program.exitStatus() == 0)
    }

    @Test func `a process that shares the port takes over new connections, and the one before ends its own`()
        async throws
    {
        let upstream = try await PlayedUpstream.start()
        let file = try TemporaryFile(Self.pool.replacing("127.0.0.1:1\"", with: "127.0.0.1:\(upstream.port)\""))
        let first = try Program(["--config", file.path, "--port", "0", "--reuse-port"])
        let port = try await first.listeningPort(host: "127.0.0.1")
        let old = try await RawConnection.connect(port)
        try await old.send(RunningGateway.chat(stream: true))
        let box = try await upstream.nextCall().connection
        try await box.send(PlayedUpstream.streamHead + PlayedUpstream.token("one"))
        _ = try await old.text(through: "\"one\"")
        let second = try Program(["--config", file.path, "--port", "\(port)", "--reuse-port"])
        _ = try await second.listeningPort(host: "127.0.0.1")
        first.terminate()
        for _ in 0..<200 {
            let client = try await RawConnection.connect(port)
            try await client.send(RunningGateway.get("/health/readiness", "Connection: close\r\n"))
            let answer = try await client.message()
            // The first one would say that it is shutting down.
            #expect(!answer.body.contains("shutting_down"))
            await client.close()
        }
        try await box.send(PlayedUpstream.lastToken)
        _ = try await old.text(through: "[DONE]")
        await old.close()
        #expect(try await first.exitStatus() == 0)
        second.terminate()
        #expect(try await second.exitStatus() == 0)
        await upstream.stop()
    }

    @Test func `on SIGTERM readiness says so while all is served on for the delay, and a second signal ends it`()
        async throws
    {
        let file = try TemporaryFile(Self.pool + "drover: {shutdown_delay: 60s}\n")
        let program = try Program(["--config", file.path, "--port", "0"])
        let port = try await program.listeningPort(host: "127.0.0.1")
        let client = try await RawConnection.connect(port)
        program.send(SIGTERM)
        var isTold = false
        while !isTold {
            try await client.send(RunningGateway.get("/health/readiness"))
            isTold = try await client.message().body.contains("shutting_down")
        }
        let late = try await RawConnection.connect(port)
        try await late.send(RunningGateway.get("/health/liveliness"))
        #expect(try await late.message().status == 200)
        await late.close()
        await client.close()
        program.send(SIGINT)
        #expect(try await program.exitStatus() == 0)
    }

    /// In that mode NIO traps where it else would write a line: in a task for a loop that has ended.
    @Test func `a SIGTERM right at the start ends it in order, 200 times of 200`() async throws {
        let file = try TemporaryFile(Self.pool)
        for turn in 1...200 {
            let program = try Program(
                ["--config", file.path, "--port", "0", "--threads", "2"], environment: ["SWIFTNIO_STRICT": "1"])
            _ = try await program.listeningPort(host: "127.0.0.1")
            program.terminate()
            #expect(try await program.lines() == [], "turn \(turn)")
            #expect(try await program.exitStatus() == 0, "turn \(turn)")
        }
    }

    @Test func `a start command of LiteLLM's starts, and says what has no effect`() async throws {
        let file = try TemporaryFile(Self.pool)
        let program = try Program(
            [
                "--config", file.path, "--num_workers", "8", "--detailed_debug", "--telemetry", "False",
                "--max_budget", "5", "--request_timeout", "30", "--drop_params", "--run_gunicorn",
            ], environment: ["PORT": "0"])
        var lines: [String] = []
        while lines.last?.hasPrefix("listening on http://127.0.0.1:") != true { lines.append(try await program.line()) }
        for name in ["run_gunicorn", "telemetry", "max_budget"] {
            #expect(lines.contains { $0.hasPrefix("warning: --\(name) has no effect here") }, "\(name)")
        }
        program.terminate()
        #expect(try await program.exitStatus() == 0)
        let check = try Program(["--config", file.path, "--validate_config"])
        #expect(try await check.exitStatus() == 0)
    }

    @Test func `says its version, and what is wrong with what it was told`() async throws {
        let version = try Program(["--version"])
        #expect(try await version.exitStatus() == 0)
        #expect(version.output() == "drover \(Drover.release)\n")
        for arguments in [["--port", "99999"], ["--threads", "0"], ["--tls-cert", "x"], ["--log-level", "loud"]] {
            let program = try Program(arguments)
            #expect(try await program.lines().contains { $0.hasPrefix("Error: --") }, "\(arguments)")
            #expect(try await program.exitStatus() != 0)
        }
    }

    @Test func `farm, gateway, status and top work together as the README shows them`() async throws {
        let farm = try Program(["farm", "--boxes", "2", "--port", "0", "--seed", "7"])
        let urls = [try await farm.outputLine(), try await farm.outputLine()].compactMap { line in
            line.split(separator: " ").first { $0.hasPrefix("http://") }.map(String.init)
        }
        try #require(urls.count == 2)
        let list = urls.map {
            "  - {model_name: llama3, litellm_params: {model: \"ollama/llama3.1:8b\", api_base: \"\($0)\"}}\n"
        }
        let file = try TemporaryFile("model_list:\n\(list.joined())")
        let gateway = try Program(["--config", file.path, "--port", "0"])
        let port = try await gateway.listeningPort(host: "127.0.0.1")
        let client = try await RawConnection.connect(port)
        try await client.send(RunningGateway.chat())
        #expect(try ChatAnswer(try await client.message()).text.hasPrefix("box "))
        await client.close()

        let url = ["--url", "http://127.0.0.1:\(port)"]
        for command in [["top"], ["status", "--watch"]] {
            let watch = try Program(command + url)
            // The same again each second, until it is told to stop.
            for _ in 0..<2 {
                #expect(try await watch.outputLine().hasPrefix("drover \(Drover.release), up "))
                while try await !watch.outputLine().hasPrefix("llama3: 2 of 2 ready") {}
                #expect(try await watch.outputLine() == "")
            }
            watch.terminate()
            #expect(try await watch.exitStatus() == 0)
        }
        let status = try Program(["status", "--json"] + url)
        #expect(try JSONNode(try await status.outputLine())["models"][0]["ready"] == .number(2))
        #expect(try await status.exitStatus() == 0)
        for program in [gateway, farm] {
            program.terminate()
            #expect(try await program.exitStatus() == 0)
        }
    }

    @Test func `a port that is taken is told`() async throws {
        let file = try TemporaryFile(Self.pool)
        let first = try Program(["--config", file.path, "--port", "0"])
        let port = try await first.listeningPort(host: "127.0.0.1")
        let second = try Program(["--config", file.path, "--port", "\(port)"])
        #expect(try await second.lines().contains { $0.hasPrefix("port \(port) is taken") })
        #expect(try await second.exitStatus() == 1)
        first.terminate()
        #expect(try await first.exitStatus() == 0)
    }
}
