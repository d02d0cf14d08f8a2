using System.Security.Cryptography.X509Certificates;
using InboundBridge.UnitTests.Host.Commands;
using InboundBridge.UnitTests.MailFlow.SecureMail;
using InboundBridge.UnitTests.MailFlow.SecureMail.OpenPgp;
using InboundBridge.UnitTests.Smtp.Server;

namespace InboundBridge.UnitTests.Host.Setup;

/// <summary>What <c>check</c> tells of the certificates and keys of S/MIME and OpenPGP.</summary>
public sealed class SecureMailSetupTests : IDisposable
{
    private static readonly byte[] Secret = TestKeyring.Armored(TestKeyring.Make("al@customer.com", "secret").Encode);

    private readonly string _folder = Directory.CreateTempSubdirectory("secure-mail-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("smime: { trusted_certificates: ca.pem, keys: [{ file: al.p12, password: secret }] }", null)]
    [InlineData("smime: { keys: [open.p12] }", null)]
    [InlineData("openpgp: { keyring: keys.asc, password: secret }", null)]
    [InlineData("smime: {}", "error: smime has neither trusted_certificates nor keys")]
    [InlineData("smime: { keys: [missing.p12] }", "error: there is no file")]
    [InlineData("smime: { keys: [al.p12] }", "error: FOLDER/al.p12 can't be opened: the password is wrong")]
    [InlineData("smime: { keys: [{ file: al.p12, password: wrong }] }", "error: FOLDER/al.p12 can't be opened: the password is wrong")]
    [InlineData("smime: { keys: [ca.pem] }", "error: FOLDER/ca.pem can't be opened")]
    [InlineData("smime: { keys: [lone.p12] }", "error: FOLDER/lone.p12 holds no key with its certificate")]
    [InlineData("smime: { keys: [curve.p12] }", "error: FOLDER/curve.p12 holds a key that is not RSA")]
    [InlineData("smime: { trusted_certificates: empty }", "error: FOLDER/empty holds no certificate")]
    [InlineData("smime: { trusted_certificates: old.pem }", "warning: the certificate of CN=Old is expired")]
    [InlineData("smime: { keys: [shared.p12] }", "warning: every user of this machine can read the private key FOLDER/shared.p12")]
    [InlineData("openpgp: { keyring: keys.asc }", "error: FOLDER/keys.asc: the secret key")]
    [InlineData("openpgp: { keyring: empty }", "error: FOLDER/empty holds no key")]
    [InlineData("openpgp: { keyring: ca.pem }", "error: FOLDER/ca.pem")]
    [InlineData("openpgp: { keyring: shared.asc, password: secret }", "warning: every user of this machine can read the private key")]
    public async Task Check_tells_what_is_wrong(string keys, string? problem)
    {
        Write("al.p12", SecureMails.Al.Export(X509ContentType.Pkcs12, "secret"));
        Write("open.p12", SecureMails.Al.Export(X509ContentType.Pkcs12));
        Write("shared.p12", SecureMails.Al.Export(X509ContentType.Pkcs12), isShared: true);
        using (var bare = X509CertificateLoader.LoadCertificate(SecureMails.Al.RawData))
            Write("lone.p12", bare.Export(X509ContentType.Pkcs12));
        using (var curve = TestCertificates.Make("CN=curve"))
            Write("curve.p12", curve.Export(X509ContentType.Pkcs12));
        Write("ca.pem", System.Text.Encoding.ASCII.GetBytes(SecureMails.Authority.ExportCertificatePem()));
        Write("old.pem", System.Text.Encoding.ASCII.GetBytes(
            SecureMails.Issue("CN=Old", null, null, daysFrom: -3000, daysTo: -2900).ExportCertificatePem()));
        Write("keys.asc", Secret);
        Write("shared.asc", Secret, isShared: true);
        Write("empty", []);
        var file = Path.Combine(_folder, "inboundbridge.yaml");
        await File.WriteAllTextAsync(
            file,
            "hostname: mx.example.com\ndomains: [example.com]\nsmtp: { listeners: [{ address: '127.0.0.1:0' }] }\nhttp: { listen: '127.0.0.1:0' }\n"
            + $"spool: {{ path: data }}\nrules: {{ default: hold }}\nauthentication: {{ {keys} }}\n",
            TestContext.Current.CancellationToken);
        var check = new CommandRun();
        var code = await check.RunAsync("check", "--config", file);
        Assert.Equal(problem?.StartsWith("error", StringComparison.Ordinal) == true ? 1 : 0, code);
        if (problem is null)
            Assert.DoesNotContain("warning", check.Out, StringComparison.Ordinal);
        else
            Assert.Contains(problem.Replace("FOLDER", _folder, StringComparison.Ordinal), check.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("secret.", check.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("smime: { keys: [{ file: al.p12, password: '${file:missing}' }] }")]
    [InlineData("smime: { keys: [{ file: al.p12, password: '${NO_SUCH_VARIABLE_FOR_US}' }] }")]
    [InlineData("openpgp: { keyring: keys.asc, password: '${file:missing}' }")]
    public async Task A_password_that_can_t_be_read_is_the_only_error(string keys)
    {
        Write("al.p12", SecureMails.Al.Export(X509ContentType.Pkcs12, "secret"));
        Write("keys.asc", Secret);
        var file = Path.Combine(_folder, "inboundbridge.yaml");
        await File.WriteAllTextAsync(
            file, $"hostname: mx.example.com\ndomains: [example.com]\nspool: {{ path: data }}\nauthentication: {{ {keys} }}\n"
                + "smtp: { listeners: [{ address: '127.0.0.1:0' }] }\nhttp: { listen: '127.0.0.1:0' }\nrules: { default: hold }\n",
            TestContext.Current.CancellationToken);
        var check = new CommandRun();
        Assert.Equal(1, await check.RunAsync("check", "--config", file));
        var error = Assert.Single(check.Out.Split('\n'), line => line.Contains("error: ", StringComparison.Ordinal));
        Assert.DoesNotContain("password is wrong", error, StringComparison.Ordinal);
    }

    private void Write(string name, byte[] octets, bool isShared = false)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllBytes(file, octets);
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(
            file, UnixFileMode.UserRead | UnixFileMode.UserWrite | (isShared ? UnixFileMode.OtherRead : UnixFileMode.None));
    }
}
