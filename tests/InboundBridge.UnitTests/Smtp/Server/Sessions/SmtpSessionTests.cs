using System.Text;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>Behaviour that dialogue files can't show: what the receiver sees, time, shutdown, faults.</summary>
public class SmtpSessionTests
{
    private static async Task<SmtpTestClient> GreetedAsync(SmtpTestServer server, string hello = "EHLO client.example")
    {
        var client = server.Start();
        Assert.StartsWith("220 mx.example.net ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync(hello), StringComparison.Ordinal);
        return client;
    }

    private static async Task OpenTransactionAsync(SmtpTestClient client, string recipient = "b@example.net")
    {
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<a@client.example>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync($"RCPT TO:<{recipient}>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_arrives_byte_for_byte()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        Assert.StartsWith("354 ", await client.SayAsync("DATA"), StringComparison.Ordinal);
        await client.SendRawAsync("Subject: x\r\n\r\n..dots\r\n.\u00e9\r\n\0binary\r\n.\r\n");
        Assert.Equal("250 2.0.0 Queued as TESTID", await client.ReadReplyAsync());
        Assert.Equal("221 2.0.0 Bye", await client.SayAsync("QUIT"));
        await server.EndAsync();
        var message = Assert.Single(server.Receiver.Messages);
        Assert.Equal("Subject: x\r\n\r\n.dots\r\n\u00e9\r\n\0binary\r\n", RecordingReceiver.Text(message.Body));
        Assert.Equal((SmtpConnectionOutcome.Closed, 1), Assert.Single(server.Observer.Ends));
        Assert.True(server.Receiver.Disposed);
        Assert.Empty(server.Observer.Faults);
    }

    [Fact]
    public async Task Chunks_arrive_byte_for_byte_whatever_they_hold()
    {
        await using var server = new SmtpTestServer { Receiver = new RecordingReceiver { ReadSize = 3 } };
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        await client.SendRawAsync("BDAT 9\r\na\r\n.\r\nb\r\0BDAT 0\r\nBDAT 4 LAST\r\nQUIT");
        Assert.Equal("250 2.0.0 9 octets received", await client.ReadReplyAsync());
        Assert.Equal("250 2.0.0 0 octets received", await client.ReadReplyAsync());
        Assert.Equal("250 2.0.0 Queued as TESTID", await client.ReadReplyAsync());
        Assert.Equal("a\r\n.\r\nb\r\0QUIT", RecordingReceiver.Text(Assert.Single(server.Receiver.Messages).Body));
    }

    [Fact]
    public async Task An_empty_last_chunk_ends_the_message()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        await client.SendRawAsync("BDAT 3\r\nabcBDAT 0 LAST\r\n");
        Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250 2.0.0 Queued", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Equal("abc", RecordingReceiver.Text(Assert.Single(server.Receiver.Messages).Body));
    }

    [Fact]
    public async Task Rset_between_chunks_gives_the_message_up()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        await client.SendRawAsync("BDAT 3\r\nabc");
        Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RSET"), StringComparison.Ordinal);
        Assert.True(server.Receiver.LostBody);
        Assert.Empty(server.Receiver.Messages);
        await OpenTransactionAsync(client);
        await client.SendRawAsync("BDAT 1 LAST\r\nz");
        Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Equal("z", RecordingReceiver.Text(Assert.Single(server.Receiver.Messages).Body));
    }

    [Fact]
    public async Task The_rest_of_a_message_is_drained_when_the_receiver_refuses_early()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client, "early@example.net");
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        await client.SendRawAsync(new string('x', 60_000) + "\r\n.\r\nNOOP\r\n");
        Assert.Equal("554 5.7.1 Not wanted", await client.ReadReplyAsync());
        Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\r\n.\n", "b")]
    [InlineData("a\n.\n", "b")]
    [InlineData("a\n.\r\n", "b")]
    [InlineData("a\r.\r", "b")]
    [InlineData("a\r\n.\r", "b")]
    [InlineData("a\r.\r\n", "b")]
    [InlineData("a\r\n\n.\n\r\n", "b")]
    public async Task Only_the_real_end_of_data_ends_a_message(string smuggled, string rest)
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        await client.SendRawAsync(smuggled + "MAIL FROM:<evil@client.example>\r\n" + rest + "\r\n.\r\n");
        Assert.Equal("550 5.6.11 Bare CR or LF is not allowed; lines end with CRLF", await client.ReadReplyAsync());
        Assert.StartsWith("250", await client.SayAsync("NOOP"), StringComparison.Ordinal);
        Assert.Empty(server.Receiver.Messages);
        Assert.Single(server.Receiver.Mails);
    }

    [Fact]
    public async Task Bare_newlines_become_crlf_when_configured()
    {
        await using var server =
            new SmtpTestServer { Options = new() { Hostname = "mx.example.net", BareNewline = BareNewline.Normalize } };
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        await client.SendRawAsync("a\nb\rc\n.\nd\r\n.\re\r\n.\r\n");
        Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Equal("a\r\nb\r\nc\r\n.\r\nd\r\n\r\ne\r\n", RecordingReceiver.Text(Assert.Single(server.Receiver.Messages).Body));
    }

    [Fact]
    public async Task The_size_is_counted_whatever_the_client_declares()
    {
        await using var server =
            new SmtpTestServer { Options = new() { Hostname = "mx.example.net", Limits = new() { MessageSize = 1000 } } };
        var client = await GreetedAsync(server);
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<a@client.example> SIZE=10"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<b@example.net>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        await client.SendRawAsync("a: b\r\n\r\n" + new string('x', 5000) + "\r\n.\r\n");
        Assert.Equal("552 5.3.4 Message size exceeds the limit of 1000 octets", await client.ReadReplyAsync());
        Assert.Empty(server.Receiver.Messages);
    }

    [Fact]
    public async Task A_fault_of_the_receiver_is_a_temporary_refusal()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        Assert.StartsWith("451 4.3.0 ", await client.SayAsync("MAIL FROM:<throws@client.example>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<a@client.example>"), StringComparison.Ordinal);
        Assert.StartsWith("451 4.3.0 ", await client.SayAsync("RCPT TO:<throws@example.net>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<broken@example.net>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        await client.SendRawAsync("x\r\n.\r\n");
        Assert.StartsWith("451 4.3.0 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Equal(3, server.Observer.Faults.Count);
    }

    [Fact]
    public async Task A_full_disk_is_a_temporary_refusal_and_not_a_lost_connection()
    {
        await using var server =
            new SmtpTestServer { Receiver = new RecordingReceiver { OnData = _ => throw new IOException("No space left on device") } };
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        await client.SayAsync("DATA");
        await client.SendRawAsync("x\r\n.\r\n");
        Assert.StartsWith("451 4.3.0 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("NOOP"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_number_of_replies_becomes_a_temporary_refusal()
    {
        var two = new[] { SmtpReply.Create(250, 0, 0, "one"), SmtpReply.Create(250, 0, 0, "two") };
        await using var server =
            new SmtpTestServer { Receiver = new RecordingReceiver { OnData = _ => ValueTask.FromResult<IReadOnlyList<SmtpReply>>(two) } };
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        await client.SayAsync("DATA");
        await client.SendRawAsync("x\r\n.\r\n");
        Assert.StartsWith("451 4.3.0 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Single(server.Observer.Faults);
    }

    [Fact]
    public async Task An_invalid_reply_code_does_not_end_the_session()
    {
        await using var server = new SmtpTestServer
        {
            Receiver = new RecordingReceiver
            {
                OnData = _ =>
            ValueTask.FromResult<IReadOnlyList<SmtpReply>>([new SmtpReply(799, null, "odd")])
            }
        };
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        await client.SayAsync("DATA");
        await client.SendRawAsync("x\r\n.\r\n");
        Assert.Equal("799 odd", await client.ReadReplyAsync());
        Assert.StartsWith("250", await client.SayAsync("NOOP"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_the_transport_aborts_counts_as_lost(bool inData)
    {
        await using var server = new SmtpTestServer();
        var input = new System.IO.Pipelines.Pipe();
        var output = new System.IO.Pipelines.Pipe();
        var client = server.Start(new PipePair(input.Reader, output.Writer), new SmtpTestClient(output.Reader, input.Writer));
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        if (inData)
        {
            await OpenTransactionAsync(client);
            await client.SayAsync("DATA");
        }
        await input.Writer.CompleteAsync(new OperationCanceledException("as Kestrel's ConnectionAbortedException"));
        await server.EndAsync();
        Assert.Empty(server.Observer.Faults);
        Assert.Equal(SmtpConnectionOutcome.Lost, Assert.Single(server.Observer.Ends).Outcome);
        Assert.Equal(inData, server.Receiver.LostBody);
    }

    [Fact]
    public async Task A_connection_lost_inside_data_leaves_no_message()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        await client.SendRawAsync("Subject: half\r\n\r\nhalf a mess");
        await client.HangUpAsync();
        await server.EndAsync();
        Assert.True(server.Receiver.LostBody);
        Assert.Empty(server.Receiver.Messages);
        Assert.Equal((SmtpConnectionOutcome.Lost, 0), Assert.Single(server.Observer.Ends));
    }

    [Fact]
    public async Task Lmtp_replies_for_each_recipient()
    {
        await using var server = new SmtpTestServer { Mode = SmtpListenerMode.Lmtp };
        var client = await GreetedAsync(server, "LHLO client.example");
        await OpenTransactionAsync(client);
        Assert.StartsWith("550", await client.SayAsync("RCPT TO:<unknown@example.net>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<full@example.net>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        await client.SendRawAsync("x\r\n.\r\n");
        Assert.Equal("250 2.0.0 Queued as TESTID", await client.ReadReplyAsync());
        Assert.Equal("452 4.2.2 Mailbox full", await client.ReadReplyAsync());
        Assert.StartsWith("250", await client.SayAsync("NOOP"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_reach_the_receiver_decoded()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        await client.SayAsync(
            "MAIL FROM:<j\u00f6rg@b\u00fccher.example> SMTPUTF8 SIZE=42 BODY=8BITMIME RET=HDRS ENVID=a+2Bb SOLICIT=org.example:ADV");
        await client.SayAsync("RCPT TO:<\"a b\"@EXAMPLE.net> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+3Dy@example.net");
        var mail = Assert.Single(server.Receiver.Mails);
        Assert.Equal(new SmtpAddress("j\u00f6rg", "xn--bcher-kva.example"), mail.ReversePath);
        Assert.Equal((42L, SmtpBodyType.EightBitMime, DsnReturn.Headers, "a+b", "org.example:ADV"), (
            mail.Size!.Value, mail.Body, mail.Return, mail.EnvelopeId, mail.Solicit));
        var rcpt = Assert.Single(server.Receiver.Rcpts);
        Assert.Equal(new SmtpAddress("a b", "example.net"), rcpt.Recipient);
        Assert.Equal((DsnNotify.Success | DsnNotify.Delay, "rfc822;x=y@example.net"), (rcpt.Notify, rcpt.OriginalRecipient));
    }

    [Fact]
    public async Task The_session_starts_over_after_starttls()
    {
        await using var server =
            new SmtpTestServer { Listener = new() { Tls = SmtpTlsMode.StartTls, TlsOptions = TestCertificates.ServerOptions } };
        var client = await GreetedAsync(server);
        Assert.Equal("220 2.0.0 Ready to start TLS", await client.SayAsync("STARTTLS"));
        await using var tls = await client.StartTlsAsync();
        Assert.StartsWith("503 5.5.1", await client.SayAsync("MAIL FROM:<a@client.example>"), StringComparison.Ordinal);
        var hello = await client.SayAsync("EHLO client.example");
        Assert.DoesNotContain("STARTTLS", hello, StringComparison.Ordinal);
        Assert.Contains("REQUIRETLS", hello, StringComparison.Ordinal);
        await OpenTransactionAsync(client);
        await client.SayAsync("DATA");
        await client.SendRawAsync(new string('y', 100_000) + "\r\n.\r\n");
        Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Equal(100_002, Assert.Single(server.Receiver.Messages).Body.Length);
        Assert.Equal("TLSv1.3", server.Peer.Tls!.Version);
        Assert.StartsWith("221", await client.SayAsync("QUIT"), StringComparison.Ordinal);
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task Plain_text_after_starttls_is_refused()
    {
        await using var server =
            new SmtpTestServer { Listener = new() { Tls = SmtpTlsMode.StartTls, TlsOptions = TestCertificates.ServerOptions } };
        var client = await GreetedAsync(server);
        await client.SendRawAsync("STARTTLS\r\nMAIL FROM:<evil@client.example>\r\n");
        Assert.Equal("554 5.5.0 No pipelining across STARTTLS", await client.ReadReplyAsync());
        Assert.Null(await client.ReadLineAsync());
        Assert.Empty(server.Receiver.Mails);
    }

    [Fact]
    public async Task An_idle_client_gets_421_and_is_disconnected()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        await client.SendRawAsync("NOO");
        await AdvanceUntilEndAsync(server, TimeSpan.FromMinutes(6));
        Assert.Equal("421 4.4.2 Timed out", await client.ReadReplyAsync());
        Assert.Equal(SmtpConnectionOutcome.TimedOut, Assert.Single(server.Observer.Ends).Outcome);
    }

    [Fact]
    public async Task A_message_below_the_minimum_rate_is_cut_off()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        await client.SayAsync("DATA");
        await client.SendRawAsync("Subject: slow\r\n");
        await AdvanceUntilEndAsync(server, TimeSpan.FromSeconds(31));
        Assert.Equal("421 4.4.2 Data came too slowly", await client.ReadReplyAsync());
        Assert.True(server.Time.GetUtcNow() - new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) < TimeSpan.FromMinutes(2));
        Assert.Empty(server.Receiver.Messages);
        Assert.True(server.Receiver.LostBody);
    }

    [Fact]
    public async Task Chunks_that_trickle_in_are_cut_off()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        for (var i = 0; i < 3; i++)
        {
            await client.SendRawAsync("BDAT 1\r\nx");
            Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
            server.Time.Advance(TimeSpan.FromMinutes(4));
            if (i < 2)
                Assert.StartsWith("250", await client.SayAsync("NOOP"), StringComparison.Ordinal);
        }
        await client.SendRawAsync("BDAT 1 LAST\r\nx");
        Assert.Equal("421 4.4.2 Data came too slowly", await client.ReadReplyAsync());
        await server.EndAsync();
        Assert.True(server.Receiver.LostBody);
        Assert.Empty(server.Receiver.Messages);
    }

    [Fact]
    public async Task Shutdown_finishes_the_message_under_way()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        await OpenTransactionAsync(client);
        await client.SayAsync("DATA");
        await client.SendRawAsync("half");
        server.Shutdown();
        await client.SendRawAsync("\r\n.\r\n");
        Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("421 4.3.2", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Null(await client.ReadLineAsync());
        await server.EndAsync();
        Assert.Equal((SmtpConnectionOutcome.ShutDown, 1), Assert.Single(server.Observer.Ends));
    }

    [Fact]
    public async Task Shutdown_ends_an_idle_connection()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        server.Shutdown();
        Assert.StartsWith("421 4.3.2", await client.ReadReplyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipelined_commands_are_answered_in_order()
    {
        await using var server = new SmtpTestServer();
        var client = await GreetedAsync(server);
        var mail = string.Concat(
            Enumerable.Repeat("MAIL FROM:<a@client.example>\r\nRCPT TO:<b@example.net>\r\nRCPT TO:<unknown@example.net>\r\nRSET\r\n", 100));
        await client.SendRawAsync(mail);
        var codes = new StringBuilder();
        for (var i = 0; i < 400; i++)
            codes.Append((await client.ReadReplyAsync())[..3]).Append(' ');
        Assert.Equal(string.Concat(Enumerable.Repeat("250 250 550 250 ", 100)), codes.ToString());
    }

    [Fact]
    public async Task Too_many_connections_from_one_network_are_refused()
    {
        var shared = new SmtpServerState(
            new WatchedTimeProvider(), SmtpServerMetrics.None, new RecordingObserver());
        var options = new SmtpServerOptions { Hostname = "mx.example.net", Limits = new() { ConnectionsPerClient = 1 } };
        await using var first = new SmtpTestServer
        {
            Shared = shared,
            Options = options,
            Remote = new System.Net.IPEndPoint(
            System.Net.IPAddress.Parse("2001:db8::1"), 1)
        };
        await using var second = new SmtpTestServer
        {
            Shared = shared,
            Options = options,
            Remote = new System.Net.IPEndPoint(
            System.Net.IPAddress.Parse("2001:db8::2"), 1)
        };
        await using var other = new SmtpTestServer
        {
            Shared = shared,
            Options = options,
            Remote = new System.Net.IPEndPoint(
            System.Net.IPAddress.Parse("2001:db8:0:1::1"), 1)
        };
        Assert.StartsWith("220", await first.Start().ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("421 4.7.0", await second.Start().ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("220", await other.Start().ReadReplyAsync(), StringComparison.Ordinal);
    }

    /// <summary>Advances the clock from timer to timer, within the given time, until the session has ended.</summary>
    private static async Task AdvanceUntilEndAsync(SmtpTestServer server, TimeSpan within)
    {
        var end = server.EndAsync();
        while (!end.IsCompleted)
            await Task.WhenAny(end, server.Time.FireNextAsync(within));
        await end;
    }
}
