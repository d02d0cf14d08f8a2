using System.Security.Cryptography;
using System.Text.Json;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Signs a mail with npm mailauth, and asks it later whether the signature and the body hash still hold: the proof that a passage changed nothing.</summary>
internal sealed class DkimSeal
{
    private const string Domain = "sender.test";
    private const string Selector = "proof";

    private readonly PeerFolder _folder;
    private readonly string _keyFile;
    private readonly string _record;

    public DkimSeal(PeerFolder folder)
    {
        using var key = RSA.Create(2048);
        _folder = folder;
        _keyFile = folder.Write("dkim.key", key.ExportPkcs8PrivateKeyPem());
        _record = $"v=DKIM1; k=rsa; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}";
    }

    public async Task<byte[]> SignAsync(byte[] mail)
    {
        var node = PeerPrograms.Node(out var environment);
        var output = _folder["signed.eml"];
        var result = await PeerProcess.RunAsync(
            "mailauth", node, [PeerPrograms.Script("dkim.mjs"), "sign", Domain, Selector, _keyFile, output], mail, environment: environment);
        result.Succeeded("signing");
        return await File.ReadAllBytesAsync(output);
    }

    public async Task AssertUnbrokenAsync(byte[] mail)
    {
        var node = PeerPrograms.Node(out var environment);
        var result = await PeerProcess.RunAsync(
            "mailauth", node, [PeerPrograms.Script("dkim.mjs"), "verify", $"{Selector}._domainkey.{Domain}", _record], mail, environment: environment);
        var verdicts = JsonDocument.Parse(result.Succeeded("verifying").Output).RootElement;
        var verdict = Assert.Single(verdicts.EnumerateArray());
        Assert.True(verdict.GetProperty("result").GetString() == "pass", $"the DKIM signature broke on the way: {verdict}");
    }
}
