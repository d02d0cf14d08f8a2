using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Acme.Issuing;
using InboundBridge.Acme.Protocol;
using InboundBridge.Acme.Storing;

namespace InboundBridge.UnitTests.Host.Acme.Issuing;

/// <summary>Orders that never end, and files that others have changed: sooner or later a new order is made.</summary>
public sealed class OddOrderTests : IDisposable
{
    private readonly AcmeCase _case = new();

    public void Dispose() => _case.Dispose();

    [Fact]
    public async Task An_order_that_is_processed_for_ever_is_given_up_after_a_day()
    {
        using var key = AccountKey.Create();
        _case.Authority.Intercept = request => request.RequestUri!.AbsolutePath == "/order/1" ? Processing() : null;
        Assert.Contains("has been issuing for 10 minutes", (await FailAsync(key)).Message, StringComparison.Ordinal);
        _case.Clock.Advance(TimeSpan.FromHours(12));
        await FailAsync(key);
        Assert.Single(_case.Authority.OrderPayloads);
        _case.Clock.Advance(TimeSpan.FromHours(12));
        await RunAsync(key);
        Assert.Equal(2, _case.Authority.OrderPayloads.Count);
    }

    [Fact]
    public async Task An_old_order_that_was_issued_is_fetched()
    {
        using var key = AccountKey.Create();
        _case.Authority.Intercept = request => request.RequestUri!.AbsolutePath == "/certificate/1"
            ? FakeAuthority.Answer(503, "busy", "text/plain") : null;
        await FailAsync(key);
        _case.Clock.Advance(TimeSpan.FromDays(3));
        _case.Authority.Intercept = _ => null;
        await RunAsync(key);
        Assert.Single(_case.Authority.OrderPayloads);
    }

    [Fact]
    public async Task An_authority_that_wants_to_be_asked_in_hours_is_asked_in_hours()
    {
        using var key = AccountKey.Create();
        _case.Authority.Intercept = request =>
        {
            if (request.RequestUri!.AbsolutePath != "/order/1")
                return null;
            var answer = Processing();
            answer.Headers.TryAddWithoutValidation("Retry-After", "7200");
            return answer;
        };
        var fault = await FailAsync(key);
        Assert.Equal(TimeSpan.FromHours(2), fault.RetryAfter);
        Assert.Contains("wants to be asked again in 120 minutes", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN GARBAGE-----\nAAAA\n-----END GARBAGE-----\n")]
    public async Task An_order_whose_key_is_damaged_is_made_anew(string pem)
    {
        using var key = AccountKey.Create();
        _case.Authority.Intercept = request => request.RequestUri!.AbsolutePath == "/finalize/1"
            ? FakeAuthority.Answer(503, "busy", "text/plain") : null;
        await FailAsync(key);
        _case.Authority.Intercept = _ => null;
        _case.Folder.WriteOrder(_case.Folder.ReadOrder()! with { Pem = pem });
        await RunAsync(key);
        Assert.Equal(2, _case.Authority.OrderPayloads.Count);
    }

    [Fact]
    public async Task A_certificate_that_somebody_put_there_is_renewed_with_a_key_of_our_kind()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=mx.example.com", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var foreign = request.CreateSelfSigned(FakeTime.Start, FakeTime.Start.AddDays(90));
        var pem = $"{rsa.ExportPkcs8PrivateKeyPem()}\n{foreign.ExportCertificatePem()}\n";
        var before = StoredCertificate.Of(new StoredPem(new Dictionary<string, string>(StringComparer.Ordinal), pem));
        using var key = AccountKey.Create();
        var stored = await (await _case.IssueAsync(key)).RunAsync(before, CancellationToken.None);
        Assert.NotNull(stored.Entry.Certificate.GetECDsaPublicKey());
    }

    private static HttpResponseMessage Processing() => FakeAuthority.Answer(
        200, """{ "status": "processing", "authorizations": [], "finalize": "https://acme.test/finalize/1" }""", "application/json");

    private async Task<AcmeException> FailAsync(AccountKey key)
    {
        var issue = await _case.IssueAsync(key);
        return await Assert.ThrowsAsync<AcmeException>(() => issue.RunAsync(before: null, CancellationToken.None));
    }

    private async Task RunAsync(AccountKey key) => await (await _case.IssueAsync(key)).RunAsync(before: null, CancellationToken.None);
}
