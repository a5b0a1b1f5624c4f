import Config
import Testing

@Suite struct LocalityTests {
    @Test(arguments: [
        "localhost", "LOCALHOST", "ollama.localhost", "127.0.0.1", "127.255.255.254", "0.0.0.0", "[::1]", "[::]",
        "10.0.0.7", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1", "100.64.0.1", "100.127.255.255",
        "[fe80::1]", "[febf::1]", "[fc00::1]", "[fd12:3456::1]", "[::ffff:10.0.0.1]", "[::ffff:7f00:1]", "gpu-server-1",
        "ollama", "b", "g1", "3090-box", "gpu_1", "box.local", "a.b.local", "host.docker.internal", "vm.corp.internal",
        "gpu-1.LOCAL",
    ])
    func `an address that no public host can have stands inside`(host: String) throws {
        #expect(try BaseURL("http://\(host):11434").isInside)
    }

    @Test(arguments: [
        "api.openai.com", "8.8.8.8", "11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "169.253.0.1", "100.63.0.1",
        "100.128.0.1", "128.0.0.1", "0.0.0.1", "[2001:db8::1]", "[fec0::1]", "[fe7f::1]", "[fb00::1]",
        "[64:ff9b::a00:1]",
        "[::ffff:8.8.8.8]", "[::2]", "[::10.0.0.1]", "box.lan", "box.home.arpa", "local.example.com", "internal.io",
        // What some resolvers take for a number, and so for any address at all.
        "134744072", "0x08080808", "127.1", "0x7f.0.0.1", "010.0.0.1", "10.0.0.010", "10.0.0", "192.168.257",
        // Absolute names, and those of two letters that are countries.
        "gpu-1.", "box.local.", "ai", "xn--p1ai", ".local", "a..local",
    ])
    func `everything else is a cloud, also in doubt`(host: String) throws {
        #expect(try !BaseURL("http://\(host):11434").isInside)
    }

    @Test(arguments: ["127.0.0.example", "127.a.b.com", "127.0.0.256"])
    func `a public name that begins like the loopback is not the loopback`(host: String) throws {
        #expect(try !BaseURL("http://\(host)").isLoopback)
        #expect(try !BaseURL("http://\(host)").isInside)
    }

    private func pool(_ bases: [String], _ drover: String) -> Loaded {
        let lines = bases.map { "  - {model_name: m, litellm_params: {model: ollama/x, api_base: '\($0)'}}" }
        return load("model_list:\n" + lines.joined(separator: "\n") + "\ndrover: {\(drover)}")
    }

    @Test func `instances stand inside by their addresses`() {
        let instances = pool(["http://gpu-1:1", "https://gpu.example.com"], "").configuration.instances
        #expect(instances.map(\.isLocal) == [true, false])
    }

    @Test func `drover local overrules, by name, by host and port, and by URL`() {
        let loaded = pool(
            ["http://gpu-1:1", "https://a.example.com", "https://b.example.com/x/", "http://10.0.0.1"],
            "instances: {box: 'https://a.example.com'}, "
                + "local: {'gpu-1:1': false, box: yes, 'https://B.example.com:443/x': on, 'http://10.0.0.1:80/': off}")
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.faults)")
        #expect(loaded.configuration.instances.map(\.isLocal) == [false, true, true, false])
        #expect(loaded.configuration.drover.local["box"] == true)
    }

    @Test func `a line without a path is about every base on that host and port`() {
        let bases = [
            "http://gw-2:4000/v1", "http://gw-2:4000/other", "https://gw-2:4001/v1", "http://10.0.0.1:8000/v1",
        ]
        for lines in [
            "{'gw-2:4000': false}", "{'GW-2:4000': false}", "{'http://gw-2:4000': false}",
            "{'http://gw-2:4000/': false}",
        ] {
            let loaded = pool(bases, "local: \(lines)")
            #expect(loaded.faults.isEmpty, "\(loaded.faults)")
            #expect(loaded.configuration.instances.map(\.isLocal) == [false, false, true, true], "\(lines)")
        }
        // With a path it is about that base alone; and what any line keeps out stays out.
        let one = pool(bases, "local: {'gw-2:4000/v1': false}")
        #expect(one.configuration.instances.map(\.isLocal) == [false, true, true, true])
        let both = pool(bases, "local: {'gw-2:4000': false, 'gw-2:4000/v1': true}")
        #expect(both.configuration.instances.map(\.isLocal) == [false, false, true, true])
    }

    @Test func `where two lines are about one instance and disagree, it is a cloud`() {
        let loaded = pool(["http://gpu-1:1"], "local: {'gpu-1:1': true, 'http://gpu-1:1': false}")
        #expect(loaded.configuration.instances.map(\.isLocal) == [false])
    }

    @Test func `without a base URL it is a cloud`() {
        let text = "model_list: [{model_name: m, litellm_params: {model: ollama/x, api_base: os.environ/BASE}}]\n"
        #expect(load(text).configuration.instances.map(\.isLocal) == [false])
        // It may be the one whose URL is not known yet.
        let waiting = load(text + "drover: {local: {'https://box.example.com': true}}")
        #expect(waiting.faults.isEmpty)
        #expect(waiting.warnings.map(\.message).contains("no instance \"https://box.example.com\""))
    }

    @Test func `with every tag exposed, the instances that only drover names are told apart too`() {
        let loaded = load(
            "drover: {expose_tags: true, instances: {a: 'http://a.example.com', b: 'http://b:1'}, local: {a: true}}")
        #expect(loaded.configuration.instances.map(\.isLocal) == [true, true])
    }

    @Test func `a line about an instance that is not there is a fault`() {
        let loaded = pool(
            ["http://gpu-1:1"], "local: {'gpu-2:1': true, 'gpu': true, 'http://': true, 'gpu-1:1': maybe}")
        #expect(
            loaded.faults.map(\.description) == [
                "c.yaml:3:29: drover.local.gpu-2:1: no instance \"gpu-2:1\"; did you mean \"gpu-1:1\"?",
                "c.yaml:3:42: drover.local.gpu: no instance \"gpu\"",
                "c.yaml:3:48: drover.local.http://: \"http://\" names no host",
                "c.yaml:3:76: drover.local.gpu-1:1: expects true or false, found \"maybe\"",
            ])
    }

    @Test func `to call a provider's own host local is told`() {
        let loaded = pool(["https://api.openai.com/v1"], "local: {'https://api.openai.com/v1': true}")
        #expect(
            loaded.warnings.map(\.message).contains(
                "api.openai.com is a cloud; what must not leave will be sent there all the same"))
    }
}
