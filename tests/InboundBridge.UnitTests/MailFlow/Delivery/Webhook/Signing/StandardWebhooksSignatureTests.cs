using System.Text;
using InboundBridge.MailFlow.Delivery;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Signing;

public class StandardWebhooksSignatureTests
{
    [Fact]
    public void The_public_vectors_are_reproduced()
    {
        var suite = PublicSuites.Json("webhook-signature/cases.json");
        foreach (var vector in suite.GetProperty("vectors").EnumerateArray())
        {
            string Text(string name) => vector.GetProperty(name).GetString()!;
            Assert.Equal(Text("webhook-signature"), Sign(Text("secret"), Text("webhook-id"), Text("webhook-timestamp"), Text("payload")));
        }
    }

    [Fact]
    public void A_secret_without_its_prefix_is_the_same_key() =>
        Assert.Equal(
            Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "id", "1", "{}"),
            Sign("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "id", "1", "{}"));

    [Fact]
    public void A_plain_secret_is_its_own_text()
    {
        var whsec = "whsec_" + Convert.ToBase64String(Encoding.UTF8.GetBytes("correct horse"));
        Assert.Equal(Sign(whsec, "id", "1", "{}"), Sign("correct horse", "id", "1", "{}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsk_AAAA")]
    public void An_invalid_secret_is_refused_without_repeating_it(string secret)
    {
        var fault = Assert.Throws<FormatException>(() => SigningKey.Parse(secret, Path.GetTempPath()));
        Assert.DoesNotContain("base64!", fault.Message);
    }

    [Fact]
    public void Each_secret_signs_in_its_scheme()
    {
        var signer = WebhookSigner.FromSecrets(
            ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsk_" + Convert.ToBase64String(new byte[32]), "older"], Path.GetTempPath());
        var signatures = signer.Sign("id", 1, MailContent.FromMemory("{}"u8.ToArray()))!.Split(' ');
        Assert.Equal(["v1", "v1a", "v1"], signatures.Select(signature => signature.Split(',')[0]));
    }

    /// <summary>RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature.</summary>
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Ed25519_signs_as_its_standard_says(string seed, string publicKey, string message, string signature)
    {
        var key = new Ed25519Key(Convert.FromHexString(seed + publicKey), Path.GetTempPath());
        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey()));
        var octets = Convert.FromHexString(message);
        var body = MailContent.FromMemory(octets.AsMemory(octets.Length / 2));
        var signed = key.Sign(octets.AsSpan(0, octets.Length / 2), body);
        Assert.Equal("v1a," + Convert.ToBase64String(Convert.FromHexString(signature)), signed);
    }

    [Fact]
    public void A_public_key_that_is_not_the_private_keys_is_refused()
    {
        Assert.Throws<FormatException>(() => new Ed25519Key(new byte[64], Path.GetTempPath()));
    }

    [Fact]
    public void A_large_body_is_signed_from_disk_with_the_same_result()
    {
        var octets = new byte[BodyBuffer.MemoryLimit + 12345];
        for (var index = 0; index < octets.Length; index++)
            octets[index] = (byte)(index * 31);
        var seed = Convert.FromHexString("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        var prefix = "id.1."u8;
        var inOnePiece = new byte[64];
        Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Sign(seed, [.. prefix, .. octets], inOnePiece);
        var fromDisk = new Ed25519Key(seed, Path.GetTempPath()).Sign(prefix, new ChunkedContent(octets));
        Assert.Equal("v1a," + Convert.ToBase64String(inOnePiece), fromDisk);
        Assert.Equal(
            new HmacKey(seed).Sign(prefix, MailContent.FromMemory(octets)),
            new HmacKey(seed).Sign(prefix, new ChunkedContent(octets)));
    }

    private static string Sign(string secret, string id, string timestamp, string body) =>
        WebhookSigner.FromSecrets([secret], Path.GetTempPath())
            .Sign(id, long.Parse(timestamp), MailContent.FromMemory(Encoding.UTF8.GetBytes(body)))!;
}
