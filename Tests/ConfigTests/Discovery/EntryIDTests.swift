import Config
import Testing

/// Models that come of one entry each have an id of their own, and know that of the entry.
@Suite struct EntryIDTests {
    @Test func `at each address of a name`() throws {
        let loaded = load(
            """
            model_list:
              - {model_name: a, litellm_params: {model: ollama/a, api_base: "http://boxes:1"}, model_info: {id: mine}}
              - {model_name: a, litellm_params: {model: ollama/a, api_base: "http://10.0.0.9:1"}, model_info: {id: lone}}
            drover: {discover: dns}
            """)
        let found = loaded.configuration.discovered(["boxes": ["10.0.0.1", "10.0.0.2"]])
        #expect(found.modelList.map(\.id) == ["mine@10.0.0.1", "mine@10.0.0.2", "lone"])
        #expect(found.modelList.map(\.entryID) == ["mine", "mine", "lone"])
    }

    @Test func `at each provider of a star`() {
        let loaded = Loader.load(
            text: """
                model_list: [{model_name: "*", litellm_params: {model: "*"}, model_info: {id: all}}]
                """, name: "test.yaml", environment: ["OPENAI_API_KEY": "sk-1", "ANTHROPIC_API_KEY": "sk-2"])
        let ids = loaded.configuration.wildcards + loaded.configuration.modelList
        #expect(Set(ids.map(\.id)) == ["all/openai", "all/anthropic"], "\(ids.map(\.id))")
        #expect(ids.allSatisfy { $0.entryID == "all" })
    }
}
