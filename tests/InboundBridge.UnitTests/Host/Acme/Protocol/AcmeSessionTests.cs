using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using InboundBridge.Acme.Protocol;

namespace InboundBridge.UnitTests.Host.Acme.Protocol;

/// <summary>Requests of a session: nonces, refusals, and answers that no authority would give.</summary>
public sealed class AcmeSessionTests : IDisposable
{
    private readonly AcmeCase _case = new();

    public void Dispose() => _case.Dispose();

    [Fact]
    public async Task A_refused_nonce_is_replaced_by_the_one_that_came_with_the_refusal()
    {
        var client = await _case.ClientAsync();
        _case.Authority.BadNonces = 3;
        await client.SignInAsync("ops@example.com", null, CancellationToken.None);
        Assert.Equal(1, _case.Authority.Accounts);
        Assert.Equal(1, _case.Authority.CountOf("HEAD /new-nonce"));
        // Two requests, and three repetitions.
        Assert.Equal(5, _case.Authority.CountOf("POST /new-account"));
    }

    [Fact]
    public async Task An_authority_that_refuses_every_nonce_is_not_asked_for_ever()
    {
        var client = await _case.ClientAsync();
        _case.Authority.BadNonces = int.MaxValue;
        var fault = await Assert.ThrowsAsync<AcmeException>(
            () => client.SignInAsync("ops@example.com", null, CancellationToken.None));
        Assert.Equal("badNonce", fault.Type);
        Assert.Equal(new AcmeLimits().NonceTries, _case.Authority.CountOf("POST /new-account"));
    }

    [Fact]
    public async Task An_account_is_made_once_and_found_again_by_its_key()
    {
        using var key = AccountKey.Create();
        var first = await _case.ClientAsync(key);
        await first.SignInAsync("ops@example.com", null, CancellationToken.None);
        var second = await _case.ClientAsync(key);
        await second.SignInAsync("ops@example.com", null, CancellationToken.None);
        Assert.Equal((1, first.Account), (_case.Authority.Accounts, second.Account));
    }

    [Fact]
    public async Task An_account_is_bound_to_the_operators_own()
    {
        byte[] hmac = [.. Enumerable.Range(0, 32).Select(octet => (byte)octet)];
        _case.Authority.External = ("kid-1", hmac);
        var client = await _case.ClientAsync();
        await client.SignInAsync("ops@example.com", new ExternalAccount("kid-1", hmac), CancellationToken.None);
        Assert.Equal(1, _case.Authority.Accounts);
        var without = await _case.ClientAsync();
        var fault = await Assert.ThrowsAsync<AcmeException>(
            () => without.SignInAsync("ops@example.com", null, CancellationToken.None));
        Assert.Contains("tls.acme.eab", fault.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redirect", "redirects to https://elsewhere.test/")]
    [InlineData("huge", "more than 256 KB")]
    [InlineData("html", "'text/html' instead of JSON")]
    [InlineData("broken", "JSON that can't be read")]
    [InlineData("no text", "JSON that can't be read")]
    [InlineData("no name", "JSON that can't be read")]
    [InlineData("deep", "JSON that can't be read")]
    [InlineData("list", "JSON that is no object")]
    [InlineData("empty", "no 'newNonce'")]
    [InlineData("plain", "no https URL: http://acme.test/new-nonce")]
    [InlineData("not found", "the status 404")]
    [InlineData("refused", "Connection refused")]
    [InlineData("unnamed", "the name was not found")]
    [InlineData("untrusted", "not trusted")]
    public async Task A_directory_that_is_none_is_told_as_such(string kind, string text)
    {
        _case.Authority.Intercept = _ => Odd(kind);
        var fault = await Assert.ThrowsAsync<AcmeException>(() => _case.ClientAsync());
        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
        Assert.Single(_case.Authority.Requests);
        if (kind == "untrusted")
            Assert.Contains("tls.acme.trusted_certificates", fault.Remedy, StringComparison.Ordinal);
        else if (kind != "plain")
            Assert.NotNull(fault.Remedy);
    }

    /// <summary>Some authorities put a key into the URL of the directory. Messages are in the log and in notices.</summary>
    [Theory]
    [InlineData("not found")]
    [InlineData("html")]
    [InlineData("huge")]
    [InlineData("list")]
    [InlineData("redirect")]
    [InlineData("refused")]
    [InlineData("unnamed")]
    public async Task A_credential_in_the_directorys_url_is_not_told(string kind)
    {
        _case.Authority.Intercept = _ => Odd(kind);
        using var http = _case.Http();
        using var key = AccountKey.Create();
        var directory = new Uri("https://user:geheim@acme.test/directory?key=geheim");
        var fault = await Assert.ThrowsAsync<AcmeException>(() => AcmeSession.OpenAsync(http, directory, key, CancellationToken.None));
        Assert.Contains("https://***@acme.test/directory?key=***", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", fault.Message + fault.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\u0001")]
    [InlineData("")]
    [InlineData("long")]
    public async Task A_nonce_that_is_none_is_not_used(string nonce)
    {
        var client = await _case.ClientAsync();
        _case.Authority.Intercept = request =>
        {
            if (request.Method != HttpMethod.Head)
                return null;
            var answer = new HttpResponseMessage(HttpStatusCode.OK);
            answer.Headers.TryAddWithoutValidation("Replay-Nonce", nonce == "long" ? new string('n', 5000) : nonce);
            return answer;
        };
        var fault = await Assert.ThrowsAsync<AcmeException>(
            () => client.SignInAsync("ops@example.com", null, CancellationToken.None));
        Assert.Contains("gives no nonce", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_requests_are_a_rate_limit_with_the_time_that_was_named()
    {
        var client = await _case.ClientAsync();
        _case.Authority.Intercept = request =>
        {
            if (request.Method != HttpMethod.Post)
                return null;
            var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
            answer.Headers.TryAddWithoutValidation("Retry-After", "7200");
            return answer;
        };
        var fault = await Assert.ThrowsAsync<AcmeException>(
            () => client.SignInAsync("ops@example.com", null, CancellationToken.None));
        Assert.Equal((true, TimeSpan.FromHours(2)), (fault.IsRateLimit, fault.RetryAfter));
    }

    [Fact]
    public async Task An_answer_that_never_comes_is_given_up()
    {
        using var http = new AcmeHttp(new Silent(), "InboundBridge/test", new AcmeLimits(), _case.Clock);
        using var key = AccountKey.Create();
        var opening = AcmeSession.OpenAsync(http, FakeAuthority.Directory, key, CancellationToken.None);
        await _case.Clock.AdvanceUntilAsync(opening, TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<AcmeException>(() => opening);
        Assert.Contains("did not answer within 30 s", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../etc/passwd/aaaaaaaa")]
    [InlineData("short")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaa\r\nX: y")]
    public void A_token_that_could_leave_its_place_is_refused(string token) => Assert.False(AcmeChallenge.IsToken(token));

    private static HttpResponseMessage Odd(string kind)
    {
        switch (kind)
        {
            case "refused":
                throw new HttpRequestException("Connection failed", new IOException("Connection refused"));
            case "unnamed":
                var unknown = new SocketException((int)SocketError.TryAgain);
                throw new HttpRequestException(HttpRequestError.NameResolutionError, unknown.Message, unknown);
            case "untrusted":
                throw new HttpRequestException("TLS failed", new AuthenticationException("the certificate is not trusted"));
            case "redirect":
                var redirect = new HttpResponseMessage(HttpStatusCode.Found);
                redirect.Headers.Location = new Uri("https://elsewhere.test/");
                return redirect;
        }
        var body = kind switch
        {
            "huge" => new string(' ', 300 * 1024),
            "deep" => string.Concat(Enumerable.Repeat("{\"a\":", 50)) + "1" + new string('}', 50),
            "list" => "[]",
            "broken" => "{",
            "no text" => """{ "newNonce": "\ud800" }""",
            "no name" => """{ "\udc00": 1 }""",
            "plain" => new JsonObject { ["newNonce"] = "http://acme.test/new-nonce" }.ToJsonString(),
            _ => "{}",
        };
        return FakeAuthority.Answer(kind == "not found" ? 404 : 200, body, kind == "html" ? "text/html" : "application/json");
    }

    private sealed class Silent : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
