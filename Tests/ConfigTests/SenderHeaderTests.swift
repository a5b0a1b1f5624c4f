import Testing

@testable import Config

/// `user_header_name` and `user_header_mappings`.
@Suite struct SenderHeaderTests {
    private func read(_ lines: String) -> Loaded { load(withModel("general_settings: {master_key: sk-x, \(lines)}")) }

    @Test func `headers are sorted by whom they name`() {
        let loaded = read(
            """
            user_header_mappings: [{header_name: X-OpenWebUI-User-Id, litellm_user_role: internal_user},
              {header_name: X-OpenWebUI-User-Email, litellm_user_role: customer},
              {header_name: X-Tenant, litellm_user_role: customer}]
            """)
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.faults) \(loaded.warnings)")
        let general = loaded.configuration.generalSettings
        #expect(general.customerHeaders == ["x-openwebui-user-email", "x-tenant"])
        #expect(general.userHeaders == ["x-openwebui-user-id"])
    }

    @Test func `one mapping alone is as good as a list, and the older name counts where none is of customers`() {
        let alone = read(
            "user_header_mappings: {header_name: X-U, litellm_user_role: internal_user}, user_header_name: X-C")
        #expect(alone.faults.isEmpty && alone.warnings.isEmpty)
        #expect(alone.configuration.generalSettings.userHeaders == ["x-u"])
        #expect(alone.configuration.generalSettings.customerHeaders == ["x-c"])
        let both = read(
            "user_header_mappings: [{header_name: X-A, litellm_user_role: customer}], user_header_name: X-C")
        #expect(both.configuration.generalSettings.customerHeaders == ["x-a"] && both.warnings.count == 1)
    }

    @Test(arguments: [
        "user_header_mappings: X-A", "user_header_mappings: [X-A]", "user_header_mappings: [{header_name: X-A}]",
        "user_header_mappings: [{litellm_user_role: customer}]",
        "user_header_mappings: [{header_name: X-A, litellm_user_role: proxy_admin}]", "user_header_name: 'a b'",
        "user_header_name: ''", "user_header_name: Authorization", "user_header_name: x-api-key",
        "user_header_name: X-Drover-User", "user_header_name: x-local-only-user", "user_header_name: [a]",
        "user_header_name: Häder",
    ])
    func `what names nobody is a fault`(line: String) {
        #expect(read(line).faults.count == 1, "\(read(line).faults)")
    }
}
