import Dialects
import Signing
import Testing

@Suite struct AWSProfileFileTests {
    private static let credentials = """
        # the one for everyday
        [default]
        aws_access_key_id = AKIADEFAULT
        aws_secret_access_key=abc/def+ghi#jkl=

        ; temporary
        [ work ]
        aws_access_key_id\t=\tAKIAWORK   ; laptop
        AWS_SECRET_ACCESS_KEY = secret-of-work # until Friday
        aws_session_token = token==
        region = eu-west-1
        [half]
        aws_access_key_id = AKIAHALF
        [old]
        aws_access_key_id = AKIAOLD
        aws_secret_access_key = s
        aws_security_token = old-token
        """
    private static let config = """
        [default]
        region = us-east-1
        output = json
        s3 =
          max_concurrent_requests = 20
          region = nowhere
        cli_pager=
        [profile work]
        region = us-west-2
        [work]
        region = ignored
        [profile "two words"]
        region = ap-southeast-2
        [profile role]
        role_arn = arn:aws:iam::123456789012:role/r
        source_profile = default
        [profile login]
        sso_session = corp
        sso_account_id = 123456789012
        [profile console]
        login_session = arn:aws:iam::123456789012:user/me
        [profile program]
        credential_process = /usr/bin/keys --json
        [profile both]
        credential_process = /usr/bin/keys --json
        aws_access_key_id = AKIABOTH
        aws_secret_access_key = s
        [profile token]
        web_identity_token_file = /var/run/token
        [sso-session corp]
        sso_region = us-east-1
        """

    private func read(_ profile: String) throws(AWSProfileFault) -> AWSProfileFile {
        try AWSProfileFile(profile: profile, credentials: Self.credentials, config: Self.config, hash: CryptoHash.self)
    }

    private func reason(_ profile: String) -> AWSProfileFault.Reason? {
        do {
            _ = try read(profile)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func `reads keys and region from the two files`() throws {
        let profile = try read("default")
        #expect(profile.keys?.accessKey == "AKIADEFAULT")
        #expect(profile.keys?.secretKey == "abc/def+ghi#jkl=")
        #expect(profile.keys?.sessionToken == nil)
        #expect(profile.region == "us-east-1")
    }

    @Test func `takes spaces, tabs, comments and large letters as AWS's tools do, and the credentials file first`()
        throws
    {
        let profile = try read("work")
        #expect(profile.keys?.accessKey == "AKIAWORK")
        #expect(profile.keys?.secretKey == "secret-of-work")
        #expect(profile.keys?.sessionToken == "token==")
        #expect(profile.region == "eu-west-1")
        #expect(try read("old").keys?.sessionToken == "old-token")
    }

    @Test func `a profile may have a region alone, and a name of two words`() throws {
        let profile = try read("two words")
        #expect(profile.keys == nil)
        #expect(profile.region == "ap-southeast-2")
    }

    @Test func `says why a profile gives no keys`() {
        #expect(reason("role") == .assumesRole)
        #expect(reason("token") == .assumesRole)
        #expect(reason("login") == .singleSignOn)
        #expect(reason("console") == .singleSignOn)
        #expect(reason("program") == .runsProcess)
        #expect(reason("half") == .lacks("aws_secret_access_key"))
        #expect(reason("nobody") == .missing)
        #expect(reason("corp") == .missing)
        #expect(reason("sso-session corp") == .missing)
        #expect(reason("both") == nil)
    }

    @Test func `a fault names the profile and never a key`() {
        for profile in ["role", "login", "program", "half", "nobody"] {
            do {
                _ = try read(profile)
                Issue.record("\(profile) was read")
            } catch {
                #expect("\(error)".contains("\"\(profile)\""))
                #expect(!"\(error)".contains("AKIA"))
            }
        }
    }

    @Test(arguments: [
        "", "[", "]", "[default", "=", "[default]\n=\n = x\n[", "\u{0}", "[profile]\nregion=x",
        "[default]\r\nregion = a-b-1\r\n",
    ])
    func `reads any text without a trap`(_ text: String) {
        for (credentials, config) in [(text, ""), ("", text), (text, text)] {
            let profile = try? AWSProfileFile(
                profile: "default", credentials: credentials, config: config, hash: CryptoHash.self)
            #expect(profile?.keys == nil)
            if text.contains("a-b-1") { #expect(profile?.region == "a-b-1") }
        }
    }
}
