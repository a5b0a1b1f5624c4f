/// The headers a key may come in; of several, the first in this order wins. The order is LiteLLM's: its own header lets
/// `Authorization` carry something that is meant for somebody else.
enum Credentials {
    static let headers = ["x-litellm-api-key", "authorization", "api-key", "x-api-key", "ocp-apim-subscription-key"]

    static func find(_ header: (String) -> String?) -> String? {
        for name in headers { if let value = header(name), !value.isEmpty { return value } }
        return nil
    }
}
