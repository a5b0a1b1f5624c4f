import Config
import Dialects
import Signing

/// A deployment's credentials, with everything looked up that the configuration only points at.
struct DeploymentAccount {
    let account: UpstreamAccount
    /// Why it cannot serve; nil when it can.
    let unavailable: String?

    init(_ deployment: Configuration.Deployment, profiles: AWSProfiles) {
        let given = deployment.account
        var account = UpstreamAccount(apiKey: given.apiKey?.value.reveal())
        account.organization = given.organization
        account.apiVersion = given.apiVersion
        account.adToken = given.adToken?.value.reveal()
        account.region = given.region
        account.headers = given.headers.map { ($0.name, $0.value.reveal()) }
        var unavailable = deployment.unavailable
        if let access = given.awsAccessKey, let secret = given.awsSecretKey {
            account.aws = UpstreamAccount.AWSKeys(
                accessKey: access.reveal(), secretKey: secret.reveal(), sessionToken: given.awsSessionToken?.reveal(),
                hash: CryptoHash.self)
        } else if let name = given.awsProfile, account.apiKey == nil {
            do {
                account.aws = try profiles.profile(name).keys
            } catch {
                unavailable = unavailable ?? "\(error)"
            }
        }
        self.account = account
        self.unavailable = unavailable
    }
}
