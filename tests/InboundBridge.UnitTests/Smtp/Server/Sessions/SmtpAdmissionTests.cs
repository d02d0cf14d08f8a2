using System.Net;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>
/// Who the client is and whether it is admitted: greeting, XCLIENT, PROXY, AUTH with a challenge, limits over several connections.
/// </summary>
public class SmtpAdmissionTests
{
    [Fact]
    public async Task A_client_that_sends_before_the_greeting_is_refused()
    {
        await using var server = new SmtpTestServer();
        var (near, client) = SmtpTestServer.InMemoryPipes();
        await client.SendRawAsync("EHLO client.example\r\n");
        server.Start(near, client);
        Assert.Equal("554 5.5.0 Wait for the greeting", await client.ReadReplyAsync());
        Assert.Null(await client.ReadLineAsync());
        await server.EndAsync();
        Assert.Equal(SmtpConnectionOutcome.Refused, Assert.Single(server.Observer.Ends).Outcome);
    }

    [Fact]
    public async Task A_client_that_waits_is_greeted_after_the_delay()
    {
        await using var server = new SmtpTestServer { Options = Delayed };
        var client = server.Start();
        var began = server.Time.GetUtcNow();
        await server.Time.FireNextAsync(TimeSpan.FromSeconds(6));
        Assert.StartsWith("220 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.InRange(server.Time.GetUtcNow() - began, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5.1));
        Assert.StartsWith("250", await client.SayAsync("EHLO client.example"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SmtpListenerMode.Submission, false)]
    [InlineData(SmtpListenerMode.Lmtp, false)]
    [InlineData(SmtpListenerMode.Mx, true)]
    public async Task Users_mail_stores_and_trusted_peers_are_greeted_at_once(SmtpListenerMode mode, bool trusted)
    {
        await using var server =
            new SmtpTestServer { Mode = mode, Options = Delayed with { Trusted = trusted ? [IPNetwork.Parse("192.0.2.0/24")] : [] } };
        Assert.StartsWith("220 ", await server.Start().ReadReplyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shutdown_ends_the_wait_before_the_greeting()
    {
        await using var server = new SmtpTestServer { Options = Delayed };
        var client = server.Start();
        server.Shutdown();
        Assert.StartsWith("421 4.3.2", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Null(await client.ReadLineAsync());
        await server.EndAsync();
        Assert.Equal(SmtpConnectionOutcome.ShutDown, Assert.Single(server.Observer.Ends).Outcome);
    }

    [Fact]
    public async Task A_client_that_leaves_before_the_greeting_counts_as_lost()
    {
        await using var server = new SmtpTestServer { Options = Delayed };
        var client = server.Start();
        await client.HangUpAsync();
        await server.EndAsync();
        Assert.Equal(SmtpConnectionOutcome.Lost, Assert.Single(server.Observer.Ends).Outcome);
        Assert.Empty(server.Observer.Refusals);
    }

    [Fact]
    public async Task The_receiver_may_refuse_the_connection()
    {
        await using var server =
            new SmtpTestServer { Receiver = new RecordingReceiver { Greeting = SmtpReply.Create(554, 7, 1, "Not from there") } };
        var client = server.Start();
        Assert.Equal("554 5.7.1 Not from there", await client.ReadReplyAsync());
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task Xclient_replaces_the_client()
    {
        await using var server =
            new SmtpTestServer { Options = new() { Hostname = "mx.example.net", Trusted = [IPNetwork.Parse("192.0.2.0/24")] } };
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO proxy.example");
        Assert.True(server.Peer.Trusted);
        Assert.StartsWith("220", await client.SayAsync(
            "XCLIENT NAME=mail.example.org ADDR=IPV6:2001:db8::9 PORT=99 HELO=real.example LOGIN=bob"), StringComparison.Ordinal);
        await client.SayAsync("EHLO proxy.example");
        Assert.Equal(
            ("mail.example.org", IPAddress.Parse("2001:db8::9"), "real.example", "bob", false),
            (server.Peer.ClientName, server.Peer.ClientIp, server.Peer.Helo, server.Peer.User, server.Peer.Trusted));
    }

    [Theory]
    [InlineData("pencil", "235 2.7.0 Authentication successful")]
    [InlineData("pen", "535 5.7.8 Authentication failed")]
    public async Task Scram_accepts_the_right_password_only(string password, string verdict)
    {
        await using var server = AuthServer();
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        var first = "n=user,r=clientnonce123";
        var challenge = Challenge(await client.SayAsync($"AUTH SCRAM-SHA-256 {Base64("n,," + first)}"));
        var parts = challenge.Split(',');
        Assert.StartsWith("r=clientnonce123", parts[0], StringComparison.Ordinal);
        var final = $"c=biws,{parts[0]}";
        var transcript = Encoding.ASCII.GetBytes($"{first},{challenge},{final}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, Convert.FromBase64String(parts[1][2..]), int.Parse(
            parts[2][2..], System.Globalization.CultureInfo.InvariantCulture), HashAlgorithmName.SHA256, 32);
        var proof = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(proof), transcript);
        for (var i = 0; i < proof.Length; i++)
            proof[i] ^= signature[i];
        var reply = await client.SayAsync(Base64($"{final},p={Convert.ToBase64String(proof)}"));
        if (reply.StartsWith("334", StringComparison.Ordinal))
        {
            Assert.Equal($"v={Convert.ToBase64String(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), transcript))}",
                Challenge(reply));
            reply = await client.SayAsync("");
        }
        Assert.Equal(verdict, reply);
        Assert.Equal(reply[0] == '2' ? "user" : null, server.Peer.User);
    }

    [Fact]
    public async Task Scram_does_not_reveal_which_users_exist()
    {
        await using var server = AuthServer();
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        var salts = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            salts.Add(Challenge(await client.SayAsync($"AUTH SCRAM-SHA-256 {Base64("n,,n=nobody,r=clientnonce123")}")).Split(',')[1]);
            await client.SayAsync("*");
        }
        Assert.Equal(salts[0], salts[1]);
    }

    /// <summary>The example of RFC 2195 §2.</summary>
    [Fact]
    public void Cram_md5_reproduces_the_digest_of_its_rfc() =>
        Assert.Equal(
            "b913a602c7eda7a495b4e6e7334d3890",
            InboundBridge.Smtp.Server.Authentication.CramMd5Exchange.Digest(
                "tanstaaftanstaaf", "<1896.697170952@postoffice.reston.mci.net>"u8.ToArray()));

    [Fact]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "The mechanism under test.")]
    public async Task Cram_md5_accepts_the_right_digest()
    {
        await using var server = AuthServer();
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        var challenge = Challenge(await client.SayAsync("AUTH CRAM-MD5"));
        using var hmac = new HMACMD5("pencil"u8.ToArray());
        var digest = Convert.ToHexStringLower(hmac.ComputeHash(Encoding.ASCII.GetBytes(challenge)));
        Assert.StartsWith("235", await client.SayAsync(Base64($"user {digest}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reply_to_a_failed_authentication_is_delayed()
    {
        await using var server = AuthServer(TimeSpan.FromSeconds(2));
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        var began = server.Time.GetUtcNow();
        await client.SendRawAsync($"AUTH PLAIN {Base64("\0user\0wrong")}\r\n");
        await server.Time.FireNextAsync(TimeSpan.FromSeconds(2));
        Assert.StartsWith("535 5.7.8", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(2), server.Time.GetUtcNow() - began);
        Assert.Equal("user", Assert.Single(server.Observer.FailedUsers));
    }

    [Theory]
    [InlineData(SmtpRateKey.Sender)]
    [InlineData(SmtpRateKey.SenderDomain)]
    [InlineData(SmtpRateKey.Client)]
    [InlineData(SmtpRateKey.User)]
    [InlineData(SmtpRateKey.Recipient)]
    public void Rates_are_counted_by_key_and_refill(SmtpRateKey key)
    {
        var time = new WatchedTimeProvider();
        var limiter = new SmtpRateLimiter([new SmtpRateLimit(key, 2, TimeSpan.FromHours(1))], time);
        var peer = new SmtpPeer("test", SmtpListenerMode.Mx, new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1), new IPEndPoint(
            IPAddress.Loopback, 25))
        { User = "u" };
        var address = new SmtpAddress("A", "example.net");
        bool Try() => key == SmtpRateKey.Recipient ? limiter.TryRcpt(address) : limiter.TryMail(peer, address);
        Assert.Equal([true, true, false], new[] { Try(), Try(), Try() });
        time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal([true, false], new[] { Try(), Try() });
    }

    [Fact]
    public void A_closed_connection_is_no_longer_counted()
    {
        var limiter = new SmtpConnectionLimiter();
        var limits = new SmtpLimits { Connections = 2, ConnectionsPerClient = 1 };
        var client = IPAddress.Parse("192.0.2.7");
        Assert.Equal(SmtpConnectionLimiter.Verdict.Admitted, limiter.Enter(client, limits));
        Assert.Equal(SmtpConnectionLimiter.Verdict.TooManyFromClient, limiter.Enter(client.MapToIPv6(), limits));
        Assert.Equal(SmtpConnectionLimiter.Verdict.TooMany, limiter.Enter(null, limits));
        limiter.Leave(null);
        limiter.Leave(client);
        limiter.Leave(client);
        Assert.Equal(0, limiter.Total);
        Assert.Equal(SmtpConnectionLimiter.Verdict.Admitted, limiter.Enter(client, limits));
    }

    private static SmtpServerOptions Delayed => new() { Hostname = "mx.example.net", GreetingDelay = TimeSpan.FromSeconds(5) };

    private static SmtpTestServer AuthServer(TimeSpan delay = default) => new()
    {
        Mode = SmtpListenerMode.Submission,
        Options = new() { Hostname = "mx.example.net", Limits = new() { AuthenticationDelay = delay } },
        Listener = new() { Authenticator = new TestAuthenticator(), AllowPlaintextAuthentication = true, CramMd5 = true },
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static string Challenge(string reply)
    {
        Assert.StartsWith("334 ", reply, StringComparison.Ordinal);
        return Encoding.ASCII.GetString(Convert.FromBase64String(reply[4..]));
    }
}
