using System.Net.Sockets;
using InboundBridge.Smtp.Client;

namespace InboundBridge.UnitTests.Smtp.Client;

public class SmtpConnectionPoolTests
{
    private static readonly string[] Opening = ["S:220 mx", "C:EHLO client.example.org", "S:250 mx"];

    private static readonly string[] OneMail =
        ["C:MAIL FROM:<al@example.org>", "S:250 ok", "C:RCPT TO:<bo@example.net>", "S:250 ok", "C:DATA", "S:354 ok", "C:Subject: x", "C:",
            "C:.", "S:250 2.0.0 taken"];

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly List<ScriptedServer> _servers = [];
    private readonly Queue<string[]> _scripts = new();

    private Task _answering = Task.CompletedTask;

    [Fact]
    public async Task One_connection_carries_several_messages()
    {
        _scripts.Enqueue([.. Opening, .. OneMail, .. OneMail, .. OneMail, "C:QUIT"]);
        await using (var pool = Pool())
        {
            for (var count = 0; count < 3; count++)
                Assert.Equal(250, await SendAsync(pool));
            Assert.Equal(1, pool.IdleCount);
        }
        AssertNoComplaints(1);
    }

    [Fact]
    public async Task The_connection_is_closed_after_the_configured_number_of_messages()
    {
        _scripts.Enqueue([.. Opening, .. OneMail, .. OneMail, "C:QUIT"]);
        _scripts.Enqueue([.. Opening, .. OneMail, "C:QUIT"]);
        await using (var pool = Pool(reuse: 2))
        {
            for (var count = 0; count < 3; count++)
                Assert.Equal(250, await SendAsync(pool));
        }
        AssertNoComplaints(2);
    }

    [Fact]
    public async Task The_limit_that_the_server_announces_is_obeyed()
    {
        string[] limited = ["S:220 mx", "C:EHLO client.example.org", "S:250-mx", "S:250 LIMITS MAILMAX=1", .. OneMail];
        _scripts.Enqueue(limited);
        _scripts.Enqueue(limited);
        await using (var pool = Pool())
        {
            Assert.Equal(250, await SendAsync(pool));
            Assert.Equal(0, pool.IdleCount);
            Assert.Equal(250, await SendAsync(pool));
        }
        AssertNoComplaints(2);
    }

    [Theory]
    [InlineData("X:close")]
    [InlineData("S:421 4.4.2 idle for too long")]
    public async Task A_connection_that_died_while_idle_is_replaced_without_a_failure(string end)
    {
        _scripts.Enqueue([.. Opening, .. OneMail, .. end[0] == 'S' ? ["C:MAIL FROM:<al@example.org>", end] : new[] { end }]);
        _scripts.Enqueue([.. Opening, .. OneMail, "C:QUIT"]);
        await using (var pool = Pool())
        {
            Assert.Equal(250, await SendAsync(pool));
            Assert.Equal(250, await SendAsync(pool));
        }
        AssertNoComplaints(2);
    }

    [Fact]
    public async Task A_fresh_connection_that_dies_at_once_is_not_tried_again()
    {
        _scripts.Enqueue([.. Opening, "C:MAIL FROM:<al@example.org>", "X:close"]);
        await using (var pool = Pool())
            Assert.Equal(451, await SendAsync(pool));
        Assert.Single(_servers);
    }

    [Fact]
    public async Task A_connection_that_failed_inside_a_message_is_not_used_again()
    {
        _scripts.Enqueue([.. Opening, .. OneMail[..^1], "X:close"]);
        _scripts.Enqueue([.. Opening, .. OneMail, "C:QUIT"]);
        await using (var pool = Pool())
        {
            Assert.Equal(451, await SendAsync(pool));
            Assert.Equal(0, pool.IdleCount);
            Assert.Equal(250, await SendAsync(pool));
        }
        AssertNoComplaints(2);
    }

    /// <summary>A surplus reply would be taken for the reply to the next MAIL.</summary>
    [Fact]
    public async Task A_server_that_sends_an_unasked_reply_loses_its_connection()
    {
        _scripts.Enqueue([.. Opening, .. OneMail[..^1], "S:250 taken\\r\\n250 and again"]);
        _scripts.Enqueue([.. Opening, .. OneMail, "C:QUIT"]);
        await using (var pool = Pool())
        {
            Assert.Equal(250, await SendAsync(pool));
            Assert.Equal(250, await SendAsync(pool));
        }
        Assert.Equal(2, _servers.Count);
    }

    [Fact]
    public async Task An_idle_connection_is_closed_in_time()
    {
        _scripts.Enqueue([.. Opening, .. OneMail, "C:QUIT"]);
        await using var pool = Pool();
        Assert.Equal(250, await SendAsync(pool));
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, pool.IdleCount);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(0, pool.IdleCount);
    }

    /// <summary>A refusal of our own keeps the session in use, so that its announced limits could stay in force without end.</summary>
    [Fact]
    public async Task What_an_old_session_announced_refuses_no_mail()
    {
        string[] small = ["S:220 mx", "C:EHLO client.example.org", "S:250-mx", "S:250 SIZE 5"];
        _scripts.Enqueue([.. small, "C:QUIT"]);
        _scripts.Enqueue([.. Opening, .. OneMail, "C:QUIT"]);
        await using (var pool = Pool())
        {
            Assert.Equal(552, await SendAsync(pool));
            _clock.Advance(TimeSpan.FromSeconds(20));
            Assert.Equal(552, await SendAsync(pool));
            Assert.Equal(1, pool.IdleCount);
            _clock.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(250, await SendAsync(pool));
            Assert.Equal(1, pool.IdleCount);
        }
        AssertNoComplaints(2);
    }

    [Fact]
    public async Task An_old_session_without_SMTPUTF8_refuses_no_recipient()
    {
        string[] international =
        [
            "S:220 mx", "C:EHLO client.example.org", "S:250-mx", "S:250-8BITMIME", "S:250 SMTPUTF8",
            "C:MAIL FROM:<al@example.org> SMTPUTF8", "S:250 ok", "C:RCPT TO:<bö@example.net>", "S:250 ok", .. OneMail[4..], "C:QUIT",
        ];
        _scripts.Enqueue([.. Opening, .. OneMail, "C:QUIT"]);
        _scripts.Enqueue(international);
        await using (var pool = Pool())
        {
            Assert.Equal(250, await SendAsync(pool));
            _clock.Advance(TimeSpan.FromSeconds(20));
            var utf8 = Mail with { Recipients = [new SmtpClientRecipient("bö@example.net")] };
            Assert.Equal(553, Assert.Single((await pool.SendAsync(utf8, TestContext.Current.CancellationToken)).Replies).Code);
            _clock.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(250, Assert.Single((await pool.SendAsync(utf8, TestContext.Current.CancellationToken)).Replies).Code);
        }
        AssertNoComplaints(2);
    }

    [Fact]
    public async Task Concurrent_messages_use_separate_connections()
    {
        _scripts.Enqueue([.. Opening, .. OneMail, "C:QUIT"]);
        _scripts.Enqueue([.. Opening, .. OneMail, "C:QUIT"]);
        var answering = new TaskCompletionSource();
        _answering = answering.Task;
        await using (var pool = Pool())
        {
            var sending = Task.WhenAll(SendAsync(pool), SendAsync(pool));
            answering.SetResult();
            var codes = await sending;
            Assert.Equal([250, 250], codes);
        }
        AssertNoComplaints(2);
    }

    [Fact]
    public async Task The_error_names_an_unreachable_server()
    {
        await using var pool = new SmtpConnectionPool(
            Options, 10, TimeSpan.FromSeconds(30), (_, _) => throw new IOException("connection refused"), _clock);
        var result = await pool.SendAsync(Mail, default);
        Assert.Equal(SmtpSendStage.Connect, result.Stage);
        Assert.Equal("could not connect to mx.example.net:25: connection refused", Assert.Single(result.Replies).Text);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "DNS has no address for the name")]
    [InlineData(SocketError.TryAgain, "DNS: the name can't be looked up now")]
    public async Task The_error_says_that_a_name_was_not_found(SocketError error, string words)
    {
        await using var pool = new SmtpConnectionPool(
            Options, 10, TimeSpan.FromSeconds(30), (_, _) => throw new SocketException((int)error), _clock);
        var result = await pool.SendAsync(Mail, default);
        Assert.Equal($"could not connect to mx.example.net:25: {words}", Assert.Single(result.Replies).Text);
    }

    [Fact]
    public async Task A_connection_attempt_times_out()
    {
        await using var pool = new SmtpConnectionPool(Options, 10, TimeSpan.FromSeconds(30), NeverAsync, _clock);
        var sending = pool.SendAsync(Mail, default).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(31));
        var result = await sending;
        Assert.Equal(SmtpSendStage.Connect, result.Stage);
        Assert.Equal("unreachable", Assert.Single(result.Replies).Reason);

        static async ValueTask<Stream> NeverAsync(SmtpEndpoint server, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public async Task Shutdown_waits_for_the_reply_to_a_message_but_not_for_an_envelope()
    {
        _scripts.Enqueue([.. Opening, "C:MAIL FROM:<al@example.org>", "X:silence"]);
        await using var pool = Pool();
        using var shutdown = new CancellationTokenSource();
        var sending = pool.SendAsync(Mail, shutdown.Token).AsTask();
        await _servers[0].Silent;
        await shutdown.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);

        _scripts.Enqueue([.. Opening, .. OneMail[..^1], "X:silence"]);
        using var later = new CancellationTokenSource();
        sending = pool.SendAsync(Mail, later.Token).AsTask();
        await _servers[1].Silent;
        await later.CancelAsync();
        Assert.False(sending.IsCompleted);
        await _clock.AdvanceUntilAsync(sending, TestContext.Current.CancellationToken);
        Assert.Equal("timed_out", Assert.Single((await sending).Replies).Reason);
    }

    private static SmtpClientOptions Options =>
        new() { Server = new SmtpEndpoint("mx.example.net", 25), Hostname = "client.example.org", Tls = SmtpTlsMode.Off };

    private static SmtpClientMessage Mail => new()
    {
        Sender = "al@example.org",
        Recipients = [new SmtpClientRecipient("bo@example.net")],
        Content = SmtpContent.FromMemory("Subject: x\r\n\r\n"u8.ToArray()),
    };

    private SmtpConnectionPool Pool(int reuse = 100) => new(Options, reuse, TimeSpan.FromSeconds(30), DialAsync, _clock);

    private async ValueTask<Stream> DialAsync(SmtpEndpoint server, CancellationToken cancellationToken)
    {
        var connection = new MemoryConnection();
        var scripted = new ScriptedServer(connection.Server, _scripts.Dequeue());
        _servers.Add(scripted);
        await _answering.WaitAsync(cancellationToken);
        _ = scripted.PlayAsync();
        return connection.Client;
    }

    private static async Task<int> SendAsync(SmtpConnectionPool pool) =>
        Assert.Single((await pool.SendAsync(Mail, TestContext.Current.CancellationToken)).Replies).Code;

    private void AssertNoComplaints(int connections)
    {
        Assert.Equal(connections, _servers.Count);
        Assert.All(_servers, server => Assert.Empty(server.Complaints));
    }
}
