using System.Text;
using InboundBridge.Commands.Sending;
using InboundBridge.Composing;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.Host.Commands;

/// <summary><c>send</c> against a server on loopback that takes everything and remembers it.</summary>
public sealed class SendCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ib-send-").FullName;
    private readonly AcceptingServer _server = new();

    private int Port => _server.Port;

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_goes_to_the_first_listener_of_the_configuration_with_everything_that_was_said()
    {
        var serving = _server.ServeAsync();
        var run = new CommandRun();
        var code = await run.RunAsync(
            "send", "--config",
            Write("ib.yaml",
                $"domains: [example.com]\nsmtp: {{ listeners: [{{ address: '0.0.0.0:{Port}' }}, {{ address: '127.0.0.1:1' }}] }}\n"),
            "--to", "a@example.com", "--cc", "b@example.com", "--subject", "Grüße", "--text", "plain", "--html", "<p>rich</p>",
            "--header", "X-Priority: 1", "--header", "Message-ID: <mine@example.org>", "--attach", Write("note.txt", "attached"));
        Assert.True(code == 0, run.Error);
        Assert.Equal("a@example.com: 250 OK\nb@example.com: 250 OK\n", run.Out);
        var said = await serving;
        Assert.Contains("RCPT TO:<b@example.com>", said, StringComparison.Ordinal);
        var mail =
            MimeMessage.Open(
                MimeSource.FromMemory(Encoding.UTF8.GetBytes(said[(said.IndexOf("DATA\r\n", StringComparison.Ordinal) + 6)..])));
        Assert.Equal("Grüße", mail.Subject);
        Assert.Equal(["b@example.com"], mail.Cc.Select(mailbox => mailbox.Address));
        Assert.Equal("plain", mail.Text!.Trim());
        Assert.Equal("<p>rich</p>", mail.Html!.Trim());
        Assert.Equal("note.txt", Assert.Single(mail.Attachments).FileName);
        Assert.Contains("X-Priority: 1\r\n", said, StringComparison.Ordinal);
        Assert.Equal(1, said.Split("Message-ID:").Length - 1);
    }

    [Fact]
    public async Task The_start_of_the_appliance_is_advised_only_where_nobody_answers()
    {
        var serving = _server.ServeAsync();
        var run = new CommandRun();
        string[] send = ["send", "--to", "a@example.com", "--config"];
        var running = Write("running.yaml", $"domains: [example.com]\nsmtp: {{ listeners: [{{ address: '127.0.0.1:{Port}' }}] }}\n");
        Assert.Equal(1, await run.RunAsync([.. send, running, "--tls", "require"]));
        Assert.DoesNotContain("inboundbridge run", run.Error, StringComparison.Ordinal);
        await serving;
        var stopped = Write("stopped.yaml", "domains: [example.com]\nsmtp: { listeners: [{ address: '127.0.0.1:1' }] }\n");
        Assert.Equal(1, await run.RunAsync([.. send, stopped]));
        Assert.Contains("start it with 'inboundbridge run'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_mails_are_summed_up_and_each_refusal_is_told_once()
    {
        var serving = _server.ServeAsync(refuses: "b@example.com");
        var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync(
            "send", "--server", $"127.0.0.1:{Port}", "--to", "a@example.com", "--cc", "b@example.com", "--count", "3"));
        Assert.Equal("0 of 3 mails accepted for every recipient\n  3 × b@example.com: 550 5.1.1 No\n", run.Out);
        await serving;
    }

    [Fact]
    public async Task Many_mails_that_are_accepted_take_one_line()
    {
        var serving = _server.ServeAsync();
        var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("send", "--server", $"127.0.0.1:{Port}", "--to", "a@example.com", "-n", "3"));
        Assert.Equal("3 of 3 mails accepted\n", run.Out);
        await serving;
    }

    [Fact]
    public async Task An_error_of_ours_does_not_look_like_a_reply_of_the_server()
    {
        var run = new CommandRun();
        var socket = Path.Combine(_folder, "none.sock");
        Assert.Equal(1, await run.RunAsync("send", "--server", $"unix:{socket}", "--to", "a@example.com"));
        Assert.StartsWith($"could not connect to unix:{socket}: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_logs_in_with_the_password_of_a_file()
    {
        var serving = _server.ServeAsync("AUTH PLAIN");
        var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync(
            "send", "--server", $"127.0.0.1:{Port}", "--to", "a@example.com", "--user", "al", "--password-file",
            Write("password", "correct horse\nmore\n"), "--tls", "off"));
        Assert.Contains($"AUTH PLAIN {Convert.ToBase64String("\0al\0correct horse"u8)}", await serving, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--user needs a password", "--user", "al")]
    [InlineData("--password-file needs --user", "--password-file", "x")]
    [InlineData("is not a header field", "--header", "no colon")]
    [InlineData("is not a header field", "--header", "X-A: b\r\nX-Evil: c")]
    [InlineData("follows from the parts of the mail", "--header", "Content-Type: text/plain")]
    [InlineData("is not an address to send to", "--cc", "a@example.com>\r\nRCPT TO:<b@example.com")]
    [InlineData("--subject is for a mail made from options", "--subject", "x", "mail.eml")]
    [InlineData("give only one of the two", "--insecure", "--ca", "ca.pem")]
    [InlineData("no-such-ca.pem", "--ca", "no-such-ca.pem")]
    [InlineData("no-such-file", "--attach", "no-such-file")]
    public async Task Wrong_arguments_are_reported_before_any_server_is_called(string text, params string[] arguments)
    {
        var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync(["send", "--server", $"127.0.0.1:{Port}", "--to", "a@example.com", .. arguments]));
        Assert.Contains(text, run.Error, StringComparison.Ordinal);
        Assert.False(_server.HasCaller);
    }

    [Fact]
    public void Html_alone_is_a_single_part_and_a_stored_mail_loses_only_our_Received_field()
    {
        var mail =
            new SampleMail
            {
                From = "a@b.example",
                To = ["c@d.example"],
                Subject = "x",
                Text = null,
                Html = "<b>x</b>",
                Date = DateTimeOffset.UnixEpoch,
                Unique = "u"
            };
        Assert.Contains("Content-Type: text/html; charset=utf-8\r\n", Encoding.ASCII.GetString(mail.ToBytes()), StringComparison.Ordinal);
        Assert.Equal(
            "Subject: x\r\n\r\n"u8.ToArray(),
            StoredMail.WithoutOurTrace("Received: from a\r\n\tby b;\r\n now\r\nSubject: x\r\n\r\n"u8.ToArray()));
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
