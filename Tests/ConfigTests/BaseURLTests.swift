import Config
import Testing

@Suite struct BaseURLTests {
    @Test(arguments: [
        ("http://gpu-1:11434", "http://gpu-1:11434", "gpu-1:11434"),
        ("http://gpu-1:11434/", "http://gpu-1:11434", "gpu-1:11434"),
        ("HTTP://GPU-1:11434///", "http://gpu-1:11434", "gpu-1:11434"),
        ("http://gpu-1", "http://gpu-1", "gpu-1:80"),
        ("http://gpu-1:80", "http://gpu-1", "gpu-1:80"),
        ("http://gpu-1:", "http://gpu-1", "gpu-1:80"),
        ("https://ollama.example.com", "https://ollama.example.com", "ollama.example.com:443"),
        ("https://h:8443/Box/1/", "https://h:8443/Box/1", "h:8443"),
        ("http://[::1]:11434", "http://[::1]:11434", "[::1]:11434"),
        ("http://[FE80::1]", "http://[fe80::1]", "[fe80::1]:80"),
        ("http://10.0.0.7:11434", "http://10.0.0.7:11434", "10.0.0.7:11434"),
    ])
    func `has one normal form`(written: String, normal: String, authority: String) throws {
        let url = try BaseURL(written)
        #expect(url.description == normal)
        #expect(url.authority == authority)
        #expect(try BaseURL(url.description) == url)
    }

    @Test(arguments: [
        ("gpu-1:11434", "\"gpu-1:11434\" has no scheme; write http://gpu-1:11434"),
        ("ftp://gpu-1", "\"ftp://gpu-1\" is neither http:// nor https://"),
        ("http://", "\"http://\" names no host"),
        ("http:///x", "\"http:///x\" names no host"),
        ("http://a b", "\"a b\" is not a host name"),
        ("http://h:0", "\"0\" is not a port; it goes from 1 to 65535"),
        ("http://h:65536", "\"65536\" is not a port; it goes from 1 to 65535"),
        ("http://h:+80", "\"+80\" is not a port; it goes from 1 to 65535"),
        ("http://h:1:2", "\"1:2\" is not a port; it goes from 1 to 65535"),
        ("http://[::1", "\"http://[::1\" lacks the ] of its IPv6 address"),
        ("http://[::1]x", "\"http://[::1]x\" has something other than a port after its IPv6 address"),
        ("http://[gpu]", "\"gpu\" is not an IPv6 address"),
        ("http://u:p@h", "a base URL holds no user or password; put the key into api_key"),
        ("http://h/?a=1", "a base URL has no query and no fragment; end it before the \"?\" or \"#\""),
        ("http://h/a b", "\"http://h/a b\" has a blank or another character in its path that a URL cannot hold"),
    ])
    func `says what is wrong with a text that is no base URL`(written: String, sentence: String) {
        #expect(throws: BaseURLFault.self) { try BaseURL(written) }
        do {
            _ = try BaseURL(written)
        } catch {
            #expect(error.description == sentence)
        }
    }

    @Test func `knows the loopback`() throws {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "0.0.0.0", "[::1]", "ollama.localhost"] {
            #expect(try BaseURL("http://\(host):1").isLoopback, "\(host)")
        }
        for host in ["gpu-1", "10.0.0.1", "127.example.com", "localhost.example.com"] {
            #expect(try !BaseURL("http://\(host):1").isLoopback, "\(host)")
        }
    }
}
