using System.Security.Cryptography;
using System.Text.Json;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// Signs a message with npm mailauth, and checks later whether the signature and the body
/// hash are still valid, which proves that nothing changed.
/// </summary>
internal sealed class DkimSeal
{
    private const string Domain = "sender.test";
    private const string Selector = "proof";

    /// <summary>How often mailauth may fail to verify a signature that it has just made.</summary>
    private const int MostTries = 3;

    private readonly PeerFolder _folder;
    private readonly string _keyFile;
    private string _record = "";

    /// <summary>What the DNS must say at <c>proof._domainkey.sender.test</c>.</summary>
    public string Record => _record;

    public DkimSeal(PeerFolder folder)
    {
        _folder = folder;
        _keyFile = folder["dkim.key"];
    }

    /// <summary>Signs with a new key and verifies at once, because mailauth sometimes makes signatures that it can't verify.</summary>
    public async Task<byte[]> SignAsync(byte[] mail)
    {
        for (var tries = 1; ; tries++)
        {
            using var key = RSA.Create(2048);
            _folder.Write("dkim.key", key.ExportPkcs8PrivateKeyPem());
            _record = $"v=DKIM1; k=rsa; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}";
            var output = _folder["signed.eml"];
            (await RunAsync(mail, "sign", Domain, Selector, _keyFile, output)).Succeeded("signing");
            var signed = await File.ReadAllBytesAsync(output);
            var verdict = await VerifyAsync(signed);
            if (IsPass(verdict))
                return signed;
            Assert.True(tries < MostTries, $"mailauth does not verify its own signature: {verdict}\n{Convert.ToBase64String(signed)}");
        }
    }

    public async Task AssertUnbrokenAsync(byte[] mail)
    {
        var verdict = await VerifyAsync(mail);
        Assert.True(IsPass(verdict), $"the DKIM signature broke on the way: {verdict}\n{_record}\n{Convert.ToBase64String(mail)}");
    }

    private static bool IsPass(JsonElement verdict) => verdict.GetProperty("result").GetString() == "pass";

    private async Task<JsonElement> VerifyAsync(byte[] mail)
    {
        var result = await RunAsync(mail, "verify", $"{Selector}._domainkey.{Domain}", _record);
        return Assert.Single(JsonDocument.Parse(result.Succeeded("verifying").StandardOutput).RootElement.EnumerateArray());
    }

    private static Task<PeerResult> RunAsync(byte[] mail, params string[] arguments)
    {
        var node = PeerPrograms.Node(out var environment);
        return PeerProcess.RunAsync("mailauth", node, [PeerPrograms.Script("dkim.mjs"), .. arguments], mail, environment: environment);
    }
}
