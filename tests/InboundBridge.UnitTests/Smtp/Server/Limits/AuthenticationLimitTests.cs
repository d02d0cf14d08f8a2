using System.Net;
using System.Text;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.UnitTests.Smtp.Server.Limits;

/// <summary>The limits on failed authentications for each client and each name.</summary>
public class AuthenticationLimitTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.7");

    private readonly WatchedTimeProvider _time = new();

    [Fact]
    public async Task Failures_are_counted_for_the_whole_network()
    {
        var limiter = new SmtpAuthenticationLimiter(_time);
        for (var i = 0; i < 20; i++)
            Assert.True(await FailAsync(limiter, IPAddress.Parse($"2001:db8::{i + 1:x}"), $"user{i}"));
        Assert.False(await FailAsync(limiter, IPAddress.Parse("2001:db8::ffff")));
        Assert.True(await FailAsync(limiter, IPAddress.Parse("2001:db8:0:1::1")));
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.True(await FailAsync(limiter, IPAddress.Parse("2001:db8::ffff")));
    }

    [Fact]
    public async Task Concurrent_guesses_reach_the_user_store_no_more_often_than_sequential_ones()
    {
        var users = new GatedUsers();
        var shared = new SmtpServerState(
            _time, SmtpServerMetrics.None, new RecordingObserver());
        var sessions = Enumerable.Range(0, 150).Select(_ => Server(users, shared)).ToArray();
        var guesses = sessions.Select(server => GuessAsync(server)).ToArray();
        await users.AskedAsync(SmtpAuthenticationLimiter.FailuresOfClient);
        users.Open();
        var replies = await Task.WhenAll(guesses);
        Assert.Equal(SmtpAuthenticationLimiter.FailuresOfClient, users.Asked);
        Assert.Equal(
            SmtpAuthenticationLimiter.FailuresOfClient, replies.Count(reply => reply.StartsWith("535 5.7.8", StringComparison.Ordinal)));
        Assert.Equal(130, replies.Count(reply => reply.StartsWith("421 4.7.0", StringComparison.Ordinal)));
        foreach (var server in sessions)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task A_success_frees_its_count_for_attempts_that_wait()
    {
        var limiter = new SmtpAuthenticationLimiter(_time);
        var attempts = new List<SmtpAuthenticationAttempt>();
        for (var i = 0; i < 20; i++)
            attempts.Add((await limiter.BeginAsync(Client, TestContext.Current.CancellationToken))!);
        var next = limiter.BeginAsync(Client, TestContext.Current.CancellationToken).AsTask();
        Assert.False(next.IsCompleted);
        foreach (var attempt in attempts)
        {
            attempt.Succeeded();
            attempt.Dispose();
        }
        Assert.NotNull(await next.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        for (var i = 0; i < 19; i++)
            Assert.True(await FailAsync(limiter, Client));
    }

    [Fact]
    public async Task The_wait_for_other_attempts_is_bounded()
    {
        var limiter = new SmtpAuthenticationLimiter(_time);
        for (var i = 0; i < 20; i++)
            await limiter.BeginAsync(Client, TestContext.Current.CancellationToken);
        var next = limiter.BeginAsync(Client, TestContext.Current.CancellationToken).AsTask();
        await _time.FireNextAsync(TimeSpan.FromSeconds(20));
        Assert.Null(await next.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_is_limited_everywhere_except_where_its_user_signed_in_before()
    {
        var limiter = new SmtpAuthenticationLimiter(_time);
        using (var home = await limiter.BeginAsync(Client, TestContext.Current.CancellationToken))
        {
            Assert.True(home!.MayTry("al"));
            home.Succeeded();
        }
        for (var i = 0; i < SmtpAuthenticationLimiter.FailuresOfName; i++)
            Assert.True(await FailAsync(limiter, IPAddress.Parse($"198.51.100.{i}"), "al"));
        Assert.False(await FailAsync(limiter, IPAddress.Parse("203.0.113.9"), "al"));
        Assert.True(await FailAsync(limiter, IPAddress.Parse("203.0.113.9"), "bo"));
        Assert.True(await FailAsync(limiter, Client, "al"));
    }

    [Theory]
    [InlineData("AUTH LOGIN|YWw=|*")]
    [InlineData("AUTH LOGIN YWw=|not base64")]
    [InlineData("AUTH SCRAM-SHA-256 biwsbj1hbCxyPWNsaWVudG5vbmNlMTIz|*")]
    [InlineData("AUTH PLAIN AGFsAA==")]
    public async Task Naming_a_user_without_a_password_counts_as_an_attempt(string lines)
    {
        await using var server = Server(new TestAuthenticator());
        await SpeakAsync(server, lines);
        Assert.Equal("al", Assert.Single(server.Observer.FailedUsers));
        Assert.Equal(19, await FreeAsync(server));
    }

    [Theory]
    [InlineData("AUTH LOGIN|*")]
    [InlineData("AUTH PLAIN not-base64")]
    [InlineData("AUTH PLAIN AGJyb2tlbgB4")]
    public async Task An_exchange_without_a_name_or_with_our_fault_does_not_count(string lines)
    {
        await using var server = Server(new TestAuthenticator());
        await SpeakAsync(server, lines);
        Assert.Empty(server.Observer.FailedUsers);
        Assert.Equal(20, await FreeAsync(server));
    }

    /// <summary>U+009B and a line feed in a name would get into the log.</summary>
    [Theory]
    [InlineData("a\u009b31ml")]
    [InlineData("a\nl")]
    [InlineData("a\u202el")]
    public async Task A_name_that_would_break_the_log_is_malformed(string name)
    {
        await using var server = Server(new TestAuthenticator());
        var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{name}\0x"));
        Assert.StartsWith("501", await SpeakAsync(server, $"AUTH PLAIN {plain}"), StringComparison.Ordinal);
        Assert.Empty(server.Observer.FailedUsers);
    }

    private static async Task<bool> FailAsync(SmtpAuthenticationLimiter limiter, IPAddress client, string name = "al")
    {
        using var attempt = await limiter.BeginAsync(client, TestContext.Current.CancellationToken);
        return attempt?.MayTry(name) == true;
    }

    private static async Task<int> FreeAsync(SmtpTestServer server)
    {
        var free = 0;
        while (await FailAsync(server.Shared!.Authentications, Client, $"other{free}"))
            free++;
        return free;
    }

    private static async Task<string> GuessAsync(SmtpTestServer server) =>
        await SpeakAsync(server, $"AUTH PLAIN {Convert.ToBase64String("\0al\0guess"u8)}");

    private static async Task<string> SpeakAsync(SmtpTestServer server, string lines)
    {
        var client = server.Start();
        await client.ReadReplyAsync();
        var reply = await client.SayAsync("EHLO client.example");
        foreach (var line in lines.Split('|'))
            reply = await client.SayAsync(line);
        return reply;
    }

    private SmtpTestServer Server(ISmtpAuthenticator users, SmtpServerState? shared = null)
    {
        var observer = new RecordingObserver();
        return new SmtpTestServer
        {
            Observer = observer,
            Mode = SmtpListenerMode.Submission,
            Shared = shared ?? new SmtpServerState(
                _time, SmtpServerMetrics.None, observer),
            Options = new()
            {
                Hostname = "mx.example.net",
                Limits = new() { AuthenticationDelay = TimeSpan.Zero, ConnectionsPerClient = 1000 }
            },
            Listener = new() { Authenticator = users, AllowPlaintextAuthentication = true },
        };
    }

    /// <summary>Refuses every user, after the gate is opened.</summary>
    private sealed class GatedUsers : ISmtpAuthenticator
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly System.Threading.Channels.Channel<string> _arrivals = System.Threading.Channels.Channel.CreateUnbounded<string>();
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public void Open() => _gate.SetResult();

        public async Task AskedAsync(int times)
        {
            for (var i = 0; i < times; i++)
                await _arrivals.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        }

        public async ValueTask<bool> VerifyPasswordAsync(SmtpPeer peer, string user, string password, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            _arrivals.Writer.TryWrite(user);
            await _gate.Task.WaitAsync(cancellationToken);
            return false;
        }

        public ValueTask<ScramCredential?> FindScramAsync(SmtpPeer peer, string user, CancellationToken cancellationToken) =>
            ValueTask.FromResult<ScramCredential?>(null);

        public ValueTask<string?> FindSharedSecretAsync(SmtpPeer peer, string user, CancellationToken cancellationToken) =>
            ValueTask.FromResult<string?>(null);
    }
}
