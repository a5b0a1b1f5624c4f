/// What every request to one model of Bedrock's has in common, written out once. A class, so that handing it on costs one
/// reference.
final class BedrockTarget: Sendable {
    /// The model, and what it takes.
    let model: BedrockModel
    /// The most tokens that an answer of the model may have; nil where it is not known.
    let answerLimit: Int?
    let whole: BedrockHead
    let stream: BedrockHead
    /// The deployment's own parameters.
    let defaults: DefaultParameters

    /// An account with a key sends it as a bearer; one with AWS's keys signs; one with neither sends its requests as they
    /// are, for a proxy that signs them.
    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        let model = BedrockModel(tag: place.tag)
        self.model = model
        answerLimit = place.answerLimit ?? model.answerLimit
        let region = BedrockRegion.signed(account: account.region, model: model, host: place.hostHeader)
        let signature =
            account.apiKey == nil
            ? account.aws.map { SignatureV4(region: region, service: "bedrock", keys: Self.visible($0)) } : nil
        func head(_ operation: String, accept: String) -> BedrockHead {
            let signed = [(name: "host", value: place.hostHeader), (name: "content-type", value: "application/json")]
            var others = [(name: "user-agent", value: userAgent), (name: "accept", value: accept)]
            if let bearer = account.bearer { others.append(("authorization", bearer)) }
            // What is signed, and the signature, nobody writes over.
            let fixed =
                signed.map(\.name) + (signature == nil ? [] : ["authorization", "x-amz-date", "x-amz-security-token"])
            others = account.headers(over: others).filter { !fixed.contains($0.name.lowercased()) }
            return BedrockHead(
                path: "\(place.pathPrefix)/model/\(AmazonURI.segment(model.id))/\(operation)",
                signed: signed, others: others, signature: signature)
        }
        whole = head("converse", accept: "application/json")
        stream = head("converse-stream", accept: "application/vnd.amazon.eventstream")
        self.defaults = DefaultParameters(defaults)
    }

    /// Keys out of files may have a line break at their end.
    private static func visible(_ keys: UpstreamAccount.AWSKeys) -> UpstreamAccount.AWSKeys {
        UpstreamAccount.AWSKeys(
            accessKey: UpstreamAccount.visible(keys.accessKey), secretKey: UpstreamAccount.visible(keys.secretKey),
            sessionToken: keys.sessionToken.map { UpstreamAccount.visible($0) }, hash: keys.hash)
    }
}
