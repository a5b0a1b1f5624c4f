import Testing

@testable import Farm

@Suite struct ModelNameTests {
    @Test(arguments: [
        ("llama3", "llama3:latest"), ("library/llama3:8b", "llama3:8b"), ("user/x:7b", "user/x:7b"),
        ("other.host:5000/ns/x", "other.host:5000/ns/x:latest"),
        ("https://other.host/ns/x:a-b.c", "other.host/ns/x:a-b.c"),
    ])
    func `the shortest form still has the tag`(text: String, shortest: String) {
        #expect(ModelName(text)?.shortest == shortest)
    }

    @Test(arguments: ["", "a b", ":x", "-a", "a:", "a/b/c/d", "a/b c/d", "ns.dot/x"])
    func `what is no name`(text: String) {
        #expect(ModelName(text) == nil)
    }

    @Test func `case makes no difference`() {
        #expect(ModelName("LLAMA3")?.key == ModelName("library/llama3:latest")?.key)
    }
}
