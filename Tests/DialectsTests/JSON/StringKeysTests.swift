import Dialects
import Testing

@Suite struct StringKeysTests {
    @Test(arguments: [
        ("no model named `sk-WQQ1xRqJSolQgVuq9J0d-A`; there are", "no model named `sk-...0d-A`; there are"),
        ("sk-proj-0123456789abcdef", "sk-...cdef"),
        ("key=sk-0123456789abcdef&sk-fedcba9876543210", "key=sk-...cdef&sk-...3210"),
        ("größe sk-0123456789abcdef!", "größe sk-...cdef!"),
    ])
    func `a key in a text is shown by its last four letters`(text: String, shown: String) {
        #expect(text.hidingKeys == shown)
    }

    @Test(arguments: [
        "", "sk-", "sk-...0d-A is no key", "task-force of many", "disk-drive", "sk-embed:8b of a model",
        "llama3.1:8b-instruct-q4_K_M", "risk-assessment-worker", "task-0f8e9b42-7c1d-4e2a-9b7e-000000000000",
        "helpdesk-production-bot",
    ])
    func `what is no key stays as it is`(text: String) { #expect(text.hidingKeys == text) }
}
