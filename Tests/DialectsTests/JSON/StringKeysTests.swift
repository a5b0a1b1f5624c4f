import Dialects
import Testing

@Suite struct StringKeysTests {
    @Test(arguments: [
        ("no model named `sk-WQQ1xRqJSolQgVuq9J0d-A`; there are", "no model named `sk-...0d-A`; there are"),
        ("sk-proj-0123456789abcdef", "sk-...cdef"),
        ("key=sk-0123456789abcdef&sk-fedcba9876543210", "key=sk-...cdef&sk-...3210"),
        ("größe sk-0123456789abcdef!", "größe sk-...cdef!"),
        // As they stand in JSON, and in addresses.
        (#"my key:\nsk-0123456789abcdef"#, #"my key:\nsk-...cdef"#),
        (#"a\tsk-0123456789abcdef\r\nsk-fedcba9876543210"#, #"a\tsk-...cdef\r\nsk-...3210"#),
        (#"a\u000ask-0123456789abcdef"#, #"a\u000ask-...cdef"#), (#"\\\nsk-0123456789abcdef"#, #"\\\nsk-...cdef"#),
        (#"{\"a\":\"b\\nsk-0123456789abcdef\"}"#, #"{\"a\":\"b\\nsk-...cdef\"}"#),
        ("?key=%0Ask-0123456789abcdef", "?key=%0Ask-...cdef"),
    ])
    func `a key in a text is shown by its last four letters`(text: String, shown: String) {
        #expect(text.hidingKeys == shown)
    }

    @Test(arguments: [
        "", "sk-", "sk-...0d-A is no key", "task-force of many", "disk-drive", "sk-embed:8b of a model",
        "llama3.1:8b-instruct-q4_K_M", "risk-assessment-worker", "task-0f8e9b42-7c1d-4e2a-9b7e-000000000000",
        "helpdesk-production-bot", #"C:\\disk-production-images"#,
    ])
    func `what is no key stays as it is`(text: String) { #expect(text.hidingKeys == text) }
}
