using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using InboundBridge.Acme.Protocol;

namespace InboundBridge.UnitTests.Host.Acme.Protocol;

public sealed class RenewalWindowTests
{
    /// <summary>The example of RFC 9773 §4.1: a serial whose first octet has its high bit set, so that DER puts a zero before it.</summary>
    [Fact]
    public void A_certificate_has_the_name_of_the_rfc()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=example", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
                Convert.FromHexString("69885B6B87464041E1B37B847BA0AE2CDE01C8D4")));
        using var certificate = request.Create(
            new X500DistinguishedName("CN=authority"), X509SignatureGenerator.CreateForECDsa(key), FakeTime.Start,
            FakeTime.Start.AddDays(1), Convert.FromHexString("0087654321"));
        Assert.Equal("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE", RenewalWindow.NameOf(certificate));
    }

    [Fact]
    public void A_certificate_without_authority_key_has_none()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(FakeTime.Start, FakeTime.Start.AddDays(1));
        Assert.Null(RenewalWindow.NameOf(certificate));
    }

    [Theory]
    [InlineData("""{ "suggestedWindow": { "start": "2026-01-02T00:00:00Z", "end": "2026-01-03T00:00:00Z" } }""", true)]
    [InlineData("""{ "suggestedWindow": { "start": "2026-01-03T00:00:00Z", "end": "2026-01-02T00:00:00Z" } }""", false)]
    [InlineData("""{ "suggestedWindow": { "start": "2026-01-03T00:00:00Z", "end": "2026-01-03T00:00:00Z" } }""", false)]
    [InlineData("""{ "suggestedWindow": { "start": "soon", "end": "later" } }""", false)]
    [InlineData("""{ "suggestedWindow": 7 }""", false)]
    [InlineData("{}", false)]
    public void Only_a_window_that_ends_after_it_starts_counts(string json, bool counts)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(counts, RenewalWindow.Read(document.RootElement, askAgain: null) is not null);
    }
}
