using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Acme.Issuing;
using InboundBridge.Acme.Protocol;
using InboundBridge.Configuration.Options;

namespace InboundBridge.UnitTests.Host.Acme.Issuing;

/// <summary>One order from its start to a proven certificate on disk, with everything that can go wrong in between.</summary>
public sealed class CertificateIssueTests : IDisposable
{
    private readonly AcmeCase _case = new();

    public void Dispose() => _case.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_certificate_for_all_names_comes_by_each_challenge(int challenge)
    {
        _case.Options = _case.Options with { Challenge = (AcmeChallengeKind)challenge };
        _case.Authority.PendingPolls = 3;
        var stored = await (await _case.IssueAsync()).RunAsync(before: null, CancellationToken.None);
        Assert.Equal(_case.Options.Names, stored.Entry.Names);
        Assert.True(stored.Entry.Certificate.HasPrivateKey);
        Assert.Equal("mx.example.com", stored.Entry.File);
        var again = StoredCertificate.Of(_case.Folder.ReadCertificate()!);
        Assert.Equal(stored.Entry.Certificate.Thumbprint, again.Entry.Certificate.Thumbprint);
        Assert.Null(_case.Folder.ReadOrder());
        Assert.True(StoredCertificate.IsFor(again.File, _case.Options));
        // The answers are gone with the order.
        Assert.False(_case.Answers.HasCertificates);
        Assert.Null(_case.Answers.FileOf("token-of-order-1-for-mx-example-com"));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], _case.Waits.Take(2));
    }

    [Fact]
    public async Task Files_are_for_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists");
        if (OperatingSystem.IsWindows())
            return;
        await (await _case.IssueAsync()).RunAsync(before: null, CancellationToken.None);
        _case.Folder.WriteAccount(FakeAuthority.Directory, "key");
        foreach (var file in Directory.EnumerateFiles(_case.AcmePath))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_case.AcmePath));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_renewal_keeps_the_key_where_the_configuration_says_so(bool reuse)
    {
        _case.Options = _case.Options with { ReuseKey = reuse };
        var first = await (await _case.IssueAsync()).RunAsync(before: null, CancellationToken.None);
        var second = await (await _case.IssueAsync()).RunAsync(first, CancellationToken.None);
        Assert.NotEqual(first.Entry.Certificate.Thumbprint, second.Entry.Certificate.Thumbprint);
        Assert.Equal(reuse, Spki(first).SequenceEqual(Spki(second)));
    }

    [Fact]
    public async Task A_refused_proof_names_the_host_and_what_to_do_and_the_next_attempt_orders_anew()
    {
        _case.Authority.Intercept = request =>
        {
            // Somebody else answers on port 80: what we serve is not what the authority sees.
            if (request.RequestUri!.AbsolutePath.StartsWith("/challenge/", StringComparison.Ordinal))
                _case.Answers.AnswerByFile("token-of-order-1-for-mx-example-com", "another server's answer");
            return null;
        };
        var issue = await _case.IssueAsync();
        var fault = await Assert.ThrowsAsync<AcmeException>(() => issue.RunAsync(before: null, CancellationToken.None));
        Assert.Equal("mx.example.com: connection: Connection refused", fault.Message);
        Assert.Contains("must reach mx.example.com", fault.Remedy, StringComparison.Ordinal);
        Assert.Null(_case.Folder.ReadOrder());
        Assert.Null(_case.Folder.ReadCertificate());
        _case.Authority.Intercept = _ => null;
        await issue.RunAsync(before: null, CancellationToken.None);
        Assert.Equal(2, _case.Authority.OrderPayloads.Count);
    }

    [Theory]
    [InlineData("/authorization/")]
    [InlineData("/challenge/")]
    [InlineData("/finalize/")]
    [InlineData("/order/")]
    [InlineData("/certificate/")]
    public async Task An_order_that_a_kill_interrupts_is_taken_up(string at)
    {
        using var key = AccountKey.Create();
        _case.Authority.PendingPolls = 1;
        var killed = false;
        _case.Authority.Intercept = request =>
        {
            if (killed || !request.RequestUri!.AbsolutePath.StartsWith(at, StringComparison.Ordinal))
                return null;
            killed = true;
            throw new OperationCanceledException("killed");
        };
        var issue = await _case.IssueAsync(key);
        await Assert.ThrowsAsync<OperationCanceledException>(() => issue.RunAsync(before: null, CancellationToken.None));
        Assert.NotNull(_case.Folder.ReadOrder());
        var stored = await (await _case.IssueAsync(key)).RunAsync(before: null, CancellationToken.None);
        Assert.Equal(_case.Options.Names, stored.Entry.Names);
        Assert.Single(_case.Authority.OrderPayloads);
        Assert.Equal(1, _case.Authority.Issued);
    }

    [Theory]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN NOTHING-----\nMIGH\n-----END NOTHING-----\n")]
    public async Task An_order_whose_key_is_damaged_is_given_up_and_another_is_made(string pem)
    {
        var issue = await _case.IssueAsync();
        _case.Authority.Intercept = request => request.RequestUri!.AbsolutePath.StartsWith("/finalize/", StringComparison.Ordinal)
            ? throw new OperationCanceledException("killed") : null;
        await Assert.ThrowsAsync<OperationCanceledException>(() => issue.RunAsync(before: null, CancellationToken.None));
        _case.Authority.Intercept = _ => null;
        _case.Folder.WriteOrder(_case.Folder.ReadOrder()! with { Pem = pem });
        var stored = await issue.RunAsync(before: null, CancellationToken.None);
        Assert.Equal(_case.Options.Names, stored.Entry.Names);
        Assert.Equal(2, _case.Authority.OrderPayloads.Count);
        Assert.Contains(_case.Lines.All, line => line.Event == 2406 && line.Text.Contains("order.pem", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_order_that_the_authority_has_forgotten_or_that_is_for_other_names_is_not_taken_up()
    {
        var issue = await _case.IssueAsync();
        _case.Authority.Intercept = request => request.RequestUri!.AbsolutePath.StartsWith("/finalize/", StringComparison.Ordinal)
            ? throw new OperationCanceledException("killed") : null;
        await Assert.ThrowsAsync<OperationCanceledException>(() => issue.RunAsync(before: null, CancellationToken.None));
        _case.Authority.Intercept = request => request.RequestUri!.AbsolutePath == "/order/1"
            ? FakeAuthority.Problem(404, "malformed", "no such order") : null;
        await issue.RunAsync(before: null, CancellationToken.None);
        Assert.Equal(2, _case.Authority.OrderPayloads.Count);

        _case.Options = _case.Options with { Names = ["other.example.com"] };
        var stored = await (await _case.IssueAsync()).RunAsync(before: null, CancellationToken.None);
        Assert.Equal(["other.example.com"], stored.Entry.Names);
    }

    [Theory]
    [InlineData("other key", "is for another key")]
    [InlineData("other names", "does not name mx.example.com")]
    [InlineData("fewer names", "does not name mail.example.com")]
    [InlineData("expired", "is valid from")]
    [InlineData("not yet", "is valid from")]
    [InlineData("out of order", "out of order")]
    [InlineData("forged issuer", "is not signed by the next of its chain")]
    [InlineData("not pem", "0 certificates, which is no chain")]
    [InlineData("too many", "12 certificates, which is no chain")]
    public async Task A_chain_that_can_not_serve_is_not_used(string kind, string text)
    {
        var first = await (await _case.IssueAsync()).RunAsync(before: null, CancellationToken.None);
        _case.Authority.Chain = leaf => Chain(kind, leaf);
        var issue = await _case.IssueAsync();
        var fault = await Assert.ThrowsAsync<AcmeException>(() => issue.RunAsync(first, CancellationToken.None));
        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
        Assert.Equal(first.File.Pem, _case.Folder.ReadCertificate()!.Pem);
        Assert.Null(_case.Folder.ReadOrder());
    }

    [Theory]
    [InlineData("content type", "instead of a chain of certificates")]
    [InlineData("other host", "asks about evil.example.net, which is none of tls.acme.names")]
    [InlineData("no challenge", "offers no http-01 for mx.example.com, but dns-01")]
    [InlineData("token", "token for http-01 is none")]
    [InlineData("endless", "has been looking at mx.example.com for 10 minutes")]
    public async Task Odd_authorities_come_to_an_end(string kind, string text)
    {
        if (kind == "no challenge")
            _case.Authority.ChallengeTypes = ["dns-01"];
        if (kind == "endless")
            _case.Authority.PendingPolls = int.MaxValue;
        _case.Authority.Intercept = request => (kind, request.RequestUri!.AbsolutePath.Split('/')[1]) switch
        {
            ("content type", "certificate") => FakeAuthority.Answer(200, "<html>", "text/html"),
            ("other host", "authorization") => FakeAuthority.Answer(
                200, """{ "status": "pending", "identifier": { "type": "dns", "value": "evil.example.net" }, "challenges": [] }""", "application/json"),
            ("token", "authorization") => FakeAuthority.Answer(
                200, """
                { "status": "pending", "identifier": { "type": "dns", "value": "mx.example.com" },
                  "challenges": [{ "type": "http-01", "url": "https://acme.test/challenge/1", "token": "../../../../../../etc/passwd" }] }
                """, "application/json"),
            _ => null,
        };
        var issue = await _case.IssueAsync();
        var fault = await Assert.ThrowsAsync<AcmeException>(() => issue.RunAsync(before: null, CancellationToken.None));
        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
        Assert.InRange(_case.Authority.Requests.Count, 1, 100);
    }

    [Fact]
    public async Task The_authoritys_time_between_polls_is_kept()
    {
        _case.Authority.PendingPolls = 2;
        var polls = 0;
        _case.Authority.Intercept = request =>
        {
            if (!request.RequestUri!.AbsolutePath.StartsWith("/authorization/", StringComparison.Ordinal) || ++polls != 2)
                return null;
            var answer = FakeAuthority.Answer(
                200, """{ "status": "pending", "identifier": { "type": "dns", "value": "mx.example.com" }, "challenges": [] }""",
                "application/json");
            answer.Headers.TryAddWithoutValidation("Retry-After", "20");
            return answer;
        };
        await (await _case.IssueAsync()).RunAsync(before: null, CancellationToken.None);
        Assert.Equal(TimeSpan.FromSeconds(20), _case.Waits[0]);
    }

    [Fact]
    public async Task A_failure_on_the_way_keeps_the_order_for_the_next_attempt()
    {
        var issue = await _case.IssueAsync();
        _case.Authority.Intercept = request => request.RequestUri!.AbsolutePath.StartsWith("/finalize/", StringComparison.Ordinal)
            ? FakeAuthority.Answer(503, "busy", "text/plain") : null;
        await Assert.ThrowsAsync<AcmeException>(() => issue.RunAsync(before: null, CancellationToken.None));
        Assert.NotNull(_case.Folder.ReadOrder());
        _case.Authority.Intercept = _ => null;
        await issue.RunAsync(before: null, CancellationToken.None);
        Assert.Single(_case.Authority.OrderPayloads);
    }

    private static byte[] Spki(StoredCertificate stored) => stored.Entry.Certificate.PublicKey.ExportSubjectPublicKeyInfo();

    private string Chain(string kind, X509Certificate2 leaf)
    {
        var root = _case.Authority.Root.ExportCertificatePem();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string Signed(IReadOnlyList<string> names, TimeSpan age)
        {
            // Our key, as the request has it.
            using var ours = leaf.GetECDsaPublicKey()!;
            return $"{_case.Authority.Sign(names, ours, age).ExportCertificatePem()}\n{root}\n";
        }

        switch (kind)
        {
            case "other key":
                return $"{_case.Authority.Sign(_case.Options.Names, other).ExportCertificatePem()}\n{root}";
            case "other names":
                return Signed(["evil.example.net"], TimeSpan.Zero);
            case "fewer names":
                return Signed(["mx.example.com"], TimeSpan.Zero);
            case "expired":
                return Signed(_case.Options.Names, TimeSpan.FromDays(100));
            case "not yet":
                return Signed(_case.Options.Names, TimeSpan.FromDays(-1));
            case "out of order":
                using (var stranger = FakeAuthority.MakeRoot("CN=stranger", other))
                    return $"{leaf.ExportCertificatePem()}\n{stranger.ExportCertificatePem()}\n{root}";
            case "forged issuer":
                using (var forged = FakeAuthority.MakeRoot("CN=fake authority", other))
                    return $"{leaf.ExportCertificatePem()}\n{forged.ExportCertificatePem()}\n";
            case "too many":
                return leaf.ExportCertificatePem() + string.Concat(Enumerable.Repeat($"\n{root}", 11));
            default:
                return "no certificate at all";
        }
    }
}
