import Gateway

/// The headers a key may come in; of several, the first in this order wins. The order is LiteLLM's: its own header lets
/// `Authorization` carry something that is meant for somebody else.
enum Credentials {
    static let headers = ["x-litellm-api-key", "authorization", "api-key", "x-api-key", "ocp-apim-subscription-key"]

    static func find(_ header: (String) -> String?) -> String? {
        for name in headers { if let value = header(name), !value.isEmpty { return value } }
        return nil
    }
}

extension ServerContext {
    /// May this client call at all? Sets the origin to allow on the way.
    func refusal(
        host: @autoclosure () -> String?, origin: String?, call: inout CallHead, admission: GatewayError?
    ) -> GatewayError? {
        if !access.allows(host: host()) { return Self.foreignHost }
        if let origin {
            switch access.origin(origin) {
            case .allowed(let value): call.allowOrigin = value
            case .denied: return Self.foreignOrigin
            }
        }
        return admission
    }

    static let foreignHost = GatewayError.forbidden(
        message: "this Host may not be used here; set a master key to serve other names than localhost")
    static let foreignOrigin = GatewayError.forbidden(
        message: "pages of this origin may not call here; set a master key to allow any origin")
}
