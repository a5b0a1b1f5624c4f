import Config
import Dialects
import Testing

/// Deployments of every provider: where they are, who calls, and what they lack.
@Suite struct ProviderTests {
    private func deployment(
        _ parameters: String, rest: String = "", environment: [String: String] = [:]
    ) -> (Configuration.Deployment?, Loaded) {
        let loaded = load(
            "model_list: [{model_name: m, litellm_params: {\(parameters)}}]\n\(rest)", environment: environment)
        return (loaded.configuration.modelList.first, loaded)
    }

    @Test(arguments: Providers.all.filter { $0.base != nil }.map(\.name))
    func `a provider's own place needs no api_base, and its variables are its own`(name: String) throws {
        let profile = try #require(Providers.named(name))
        var environment: [String: String] = [:]
        for variable in profile.keyVariables { environment[variable] = "key of \(variable)" }
        let (found, loaded) = deployment("model: \(name)/x", environment: environment)
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.warnings)")
        #expect(try found?.apiBase?.value == BaseURL(profile.base ?? ""))
        #expect(found?.account.apiKey?.value.reveal() == profile.keyVariables.first.map { "key of \($0)" })
        #expect(found?.apiKey?.path == "model_list[0].litellm_params.api_key")
        #expect(found?.unavailable == nil)
        for variable in profile.baseVariables {
            let (moved, _) = deployment(
                "model: \(name)/x", environment: environment.merging([variable: "https://gw.example.com/v9/"]) { $1 })
            #expect(moved?.apiBase?.value.description == "https://gw.example.com/v9")
        }
    }

    @Test(arguments: Providers.all.filter(\.needsKey).map(\.name))
    func `a provider that needs a key and has none is down, with a warning`(name: String) throws {
        let profile = try #require(Providers.named(name))
        let variable = try #require(profile.keyVariables.first)
        let (found, loaded) = deployment("model: \(name)/x, api_base: 'https://gw.example.com'")
        #expect(found?.unavailable == "\(variable) is not set")
        #expect(
            loaded.warnings.map(\.description) == [
                "c.yaml:1:54: model_list[0].litellm_params.model: \(variable) is not set; this deployment is down until it is"
            ])
        #expect(loaded.unsetVariables == loaded.warnings && loaded.faults.isEmpty)
        let (empty, _) = deployment(
            "model: \(name)/x, api_base: 'https://gw.example.com'", environment: [variable: ""])
        #expect(empty?.unavailable == "\(variable) is empty")
        let (written, said) = deployment("model: \(name)/x, api_base: 'https://gw.example.com', api_key: k")
        #expect(written?.unavailable == nil && said.warnings.isEmpty)
    }

    @Test func `of several variables the first that is set counts, and what is written wins`() {
        let environment = ["OPENAI_API_BASE": "http://second", "GOOGLE_API_KEY": "g", "OPENAI_API_KEY": "o"]
        #expect(deployment("model: gpt-4o", environment: environment).0?.apiBase?.value.description == "http://second")
        #expect(deployment("model: gemini/x", environment: environment).0?.apiKey?.value.reveal() == "g")
        let both = environment.merging(["OPENAI_BASE_URL": "http://first", "GEMINI_API_KEY": "late"]) { $1 }
        #expect(deployment("model: gpt-4o", environment: both).0?.apiBase?.value.description == "http://first")
        #expect(deployment("model: gemini/x", environment: both).0?.apiKey?.value.reveal() == "g")
        let written = deployment("model: gpt-4o, api_base: 'https://x.example.com', api_key: mine", environment: both).0
        #expect(written?.apiBase?.value.description == "https://x.example.com")
        #expect(written?.apiKey?.value.reveal() == "mine")
    }

    @Test func `a variable that holds no URL is a fault that does not cite it`() {
        let loaded = deployment("model: gpt-4o", environment: ["OPENAI_BASE_URL": "hush", "OPENAI_API_KEY": "k"]).1
        #expect(
            loaded.faults.map(\.description) == [
                "c.yaml:1:54: model_list[0].litellm_params.api_base: OPENAI_BASE_URL is not a base URL such as "
                    + "http://gpu-1:11434"
            ])
    }

    @Test func `a box that speaks like a cloud needs no key and is not sent the cloud's`() {
        let environment = ["OPENAI_API_KEY": "cloud", "OPENAI_ORGANIZATION": "org", "HOSTED_VLLM_API_KEY": "box"]
        for box in ["http://gpu-1:8000/v1", "http://10.0.0.1/v1", "http://localhost:1234/v1"] {
            let (found, loaded) = deployment("model: openai/x, api_base: '\(box)'", environment: environment)
            #expect(found?.apiKey == nil && found?.account.organization == nil && found?.unavailable == nil)
            #expect(loaded.warnings.isEmpty)
        }
        // A variable of the boxes' own, and a URL that the environment gives.
        let box = deployment("model: hosted_vllm/x, api_base: 'http://gpu-1:8000/v1'", environment: environment).0
        #expect(box?.apiKey?.value.reveal() == "box")
        let moved = environment.merging(["OPENAI_BASE_URL": "http://gpu-1:4000/v1"]) { $1 }
        #expect(deployment("model: openai/x", environment: moved).0?.apiKey?.value.reveal() == "cloud")
        let (mock, _) = deployment(
            "model: openai/x, api_base: 'http://localhost:1/v1'",
            rest: "drover: {local: {'http://localhost:1/v1': false}}", environment: environment)
        // Called a cloud it is one to the fence; that is no reason to send it a cloud's key, which nobody wrote for it.
        #expect(mock?.apiKey == nil && mock?.account.organization == nil && mock?.unavailable == nil)
    }

    @Test func `openai_like is a stranger that is not sent OpenAI's key`() {
        let (found, loaded) = deployment(
            "model: openai_like/x, api_base: 'https://x.example.com/v1'", environment: ["OPENAI_API_KEY": "cloud"])
        #expect(found?.provider == "openai" && found?.apiKey == nil && found?.unavailable == nil)
        #expect(loaded.warnings.isEmpty)
    }

    @Test func `a provider without a place of its own needs an api_base`() {
        #expect(deployment("model: azure/x, api_key: k").0?.unavailable == "AZURE_API_BASE is not set")
        #expect(deployment("model: hosted_vllm/x").0?.unavailable == "HOSTED_VLLM_API_BASE is not set")
        let (found, _) = deployment(
            "model: azure/x, api_key: k", environment: ["AZURE_API_BASE": "https://r.openai.azure.com/"])
        #expect(found?.apiBase?.value.description == "https://r.openai.azure.com")
    }

    @Test func `Azure has a version, and takes a token in place of a key`() {
        let base = "model: azure/gpt, api_base: 'https://r.openai.azure.com'"
        #expect(deployment("\(base), api_key: k").0?.account.apiVersion == "2025-02-01-preview")
        let environment = ["AZURE_API_VERSION": "2024-10-21", "AZURE_AD_TOKEN": "token"]
        let (found, loaded) = deployment(base, environment: environment)
        #expect(found?.account.apiVersion == "2024-10-21")
        #expect(found?.account.adToken?.value.reveal() == "token" && found?.apiKey == nil && found?.unavailable == nil)
        #expect(loaded.warnings.isEmpty)
        let (written, _) = deployment(
            "\(base), api_version: 2024-06-01, azure_ad_token: mine",
            environment: environment.merging(["AZURE_API_KEY": "k"]) { $1 })
        #expect(written?.account.apiVersion == "2024-06-01")
        #expect(written?.account.adToken?.value.reveal() == "mine" && written?.apiKey == nil)
        #expect(
            deployment("\(base), api_key: k, api_version: 'a&b'").1.faults.map(\.message) == [
                "is not a version such as 2025-02-01-preview"
            ])
    }

    @Test(arguments: [
        (", aws_region_name: eu-west-1", "eu-west-1"), ("", "us-east-1"),
    ])
    func `Bedrock's place is its region's`(written: String, region: String) {
        let environment = ["AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"]
        let (found, _) = deployment("model: bedrock/x\(written)", environment: environment)
        #expect(found?.account.region == region)
        #expect(found?.apiBase?.value.description == "https://bedrock-runtime.\(region).amazonaws.com")
        #expect(found?.unavailable == nil)
    }

    @Test func `Bedrock's front and region come from wherever LiteLLM has them`() {
        let name = deployment("model: bedrock/ap-south-1/x", environment: ["AWS_REGION": "us-east-1"]).0
        #expect(name?.account.region == "ap-south-1" && name?.tag == "x")
        let first = deployment(
            "model: bedrock/x", environment: ["AWS_REGION": "us-east-1", "AWS_REGION_NAME": "cn-north-1"])
        #expect(first.0?.apiBase?.value.description == "https://bedrock-runtime.cn-north-1.amazonaws.com.cn")
        let front = "aws_region_name: eu-west-1, aws_bedrock_runtime_endpoint: 'https://vpce.example.com'"
        let (found, _) = deployment(
            "model: bedrock/x, \(front)", environment: ["AWS_BEDROCK_RUNTIME_ENDPOINT": "https://other.example.com"])
        #expect(found?.apiBase?.value.description == "https://vpce.example.com")
        let both = deployment("model: bedrock/x, \(front), api_base: 'https://base.example.com'").0
        #expect(both?.apiBase?.value.description == "https://base.example.com")
        let none = deployment("model: bedrock/x, api_base: 'https://base.example.com'").0
        #expect(none?.unavailable == "AWS_REGION is not set")
        #expect(
            deployment("model: bedrock/x, aws_region_name: 'evil.com/'").1.faults.map(\.message) == [
                "is not a region such as eu-central-1"
            ])
        #expect(
            deployment("model: bedrock/x", environment: ["AWS_REGION": "evil.com/"]).1.faults.map(\.message) == [
                "AWS_REGION is not a region such as eu-central-1"
            ])
    }

    @Test func `AWS's keys are those written, else the environment's, else a profile's`() {
        let model = "model: bedrock/x, aws_region_name: eu-west-1"
        let environment = [
            "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T", "AWS_PROFILE": "work",
        ]
        func keys(_ parameters: String, _ environment: [String: String]) -> [String?] {
            let account = deployment("\(model)\(parameters)", environment: environment).0?.account
            return [
                account?.awsAccessKey?.reveal(), account?.awsSecretKey?.reveal(), account?.awsSessionToken?.reveal(),
                account?.awsProfile,
            ]
        }
        let written = ", aws_access_key_id: a, aws_secret_access_key: s"
        #expect(keys("", environment) == ["A", "S", "T", nil])
        #expect(keys(written, environment) == ["a", "s", nil, nil])
        #expect(keys(written + ", aws_session_token: t", environment) == ["a", "s", "t", nil])
        #expect(keys(", aws_profile_name: mine", environment) == [nil, nil, nil, "mine"])
        #expect(keys("", ["AWS_PROFILE": "work", "AWS_ACCESS_KEY_ID": "A"]) == [nil, nil, nil, "work"])
        #expect(keys("", [:]) == [nil, nil, nil, "default"])
        #expect(keys(", api_key: bearer", [:]) == [nil, nil, nil, nil])
        #expect(
            deployment("\(model), aws_access_key_id: a").1.faults.map(\.description) == [
                "c.yaml:1:93: model_list[0].litellm_params.aws_access_key_id: needs aws_secret_access_key beside it"
            ])
        #expect(
            deployment("\(model)\(written), aws_profile_name: mine").1.warnings.map(\.message) == [
                "model_list[0].litellm_params.aws_profile_name is set too and wins"
            ])
    }

    @Test func `further headers are sent along, and none that frames a request`() {
        let (found, loaded) = deployment(
            "model: gpt-4o, api_key: k, extra_headers: {X-Team: os.environ/TEAM, A: 1}", environment: ["TEAM": "red"])
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty)
        #expect(found?.account.headers.map(\.name) == ["A", "X-Team"])
        #expect(found?.account.headers.map { $0.value.reveal() } == ["1", "red"])
        let wrong = deployment(
            "model: gpt-4o, api_key: k, extra_headers: {'a b': x, Host: x, b: \"x\\ny\", c: [1], content-length: 3}"
        ).1
        #expect(
            wrong.faults.map { "\($0.path): \($0.message)" } == [
                "model_list[0].litellm_params.extra_headers.a b: is not the name of a header",
                "model_list[0].litellm_params.extra_headers.Host: is a header that Drover itself writes",
                "model_list[0].litellm_params.extra_headers.b: has a sign in it that a header cannot hold",
                "model_list[0].litellm_params.extra_headers.c: expects text, found a list",
                "model_list[0].litellm_params.extra_headers.content-length: is a header that Drover itself writes",
            ])
    }
}
