using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using InboundBridge.Commands.Sending;
using InboundBridge.Explaining;
using InboundBridge.Smtp.Client;
using Spectre.Console;

namespace InboundBridge.Commands;

/// <summary><c>send</c>: a small SMTP client for trying things.</summary>
internal sealed class SendCommand(CommandConsole console)
{
    private static readonly Dictionary<string, SmtpTlsMode> TlsModes = new(StringComparer.Ordinal)
    {
        ["off"] = SmtpTlsMode.Off,
        ["opportunistic"] = SmtpTlsMode.Opportunistic,
        ["require"] = SmtpTlsMode.Require,
        ["implicit"] = SmtpTlsMode.Implicit,
    };

    private readonly Argument<string?> _file = new("MAIL.eml") { Description = "The mail, '-' for standard input. Default: one made from the options.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _to = new("--to") { Description = "A recipient; may be repeated.", HelpName = "ADDRESS", Required = true };
    private readonly Option<string> _from = new("--from") { Description = "The sender; '' for the null reverse-path.", HelpName = "ADDRESS", DefaultValueFactory = _ => "sender@example.org" };
    private readonly Option<string> _server = new("--server", "-s") { Description = "host, host:port, [v6]:port or unix:/path.", HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1:2525" };
    private readonly Option<string> _subject = new("--subject") { HelpName = "TEXT", DefaultValueFactory = _ => "A test" };
    private readonly Option<string> _text = new("--text") { HelpName = "TEXT", DefaultValueFactory = _ => "Sent by inboundbridge send." };
    private readonly Option<string[]> _attach = new("--attach") { Description = "A file to attach; may be repeated.", HelpName = "FILE", DefaultValueFactory = _ => [] };
    private readonly Option<string> _tls = new("--tls") { Description = "off, opportunistic, require (with a valid certificate) or implicit.", DefaultValueFactory = _ => "opportunistic" };
    private readonly Option<string> _helo = new("--helo") { Description = "What EHLO says.", HelpName = "NAME", DefaultValueFactory = _ => "localhost" };
    private readonly Option<bool> _lmtp = new("--lmtp") { Description = "Speak LMTP." };
    private readonly Option<int> _count = new("--count", "-n") { Description = "How many mails, one after the other.", HelpName = "N", DefaultValueFactory = _ => 1 };

    public Command Create()
    {
        _tls.AcceptOnlyFromAmong([.. TlsModes.Keys]);
        _count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--count takes a number from 1 on");
        });
        _server.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && !SmtpEndpoint.TryParse(text, 25, out _))
                result.AddError($"'{text}' is no address of a server");
        });
        var command = new Command("send", "Sends a mail by SMTP, for trying things. Prints what the server says of each recipient.")
        {
            _file, _to, _from, _server, _subject, _text, _attach, _tls, _helo, _lmtp, _count,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (!SmtpEndpoint.TryParse(arguments.GetValue(_server)!, 25, out var server))
            return ExitCode.Usage;
        var options = new SmtpClientOptions
        {
            Server = server,
            Hostname = arguments.GetValue(_helo)!,
            Lmtp = arguments.GetValue(_lmtp),
            Tls = TlsModes[arguments.GetValue(_tls)!],
        };
        try
        {
            var mails = await MailsAsync(arguments, cancellationToken);
            using var sessions = new SendSession(options, console.Time);
            var refused = await SendAllAsync(sessions, mails, arguments, cancellationToken);
            await sessions.QuitAsync();
            return refused == 0 ? ExitCode.Done : ExitCode.Failed;
        }
        catch (SmtpClientException fault)
        {
            await console.Error.WriteLineAsync(TerminalText.Plain(fault.Message));
            return ExitCode.Failed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync(exception.Message);
            return ExitCode.Usage;
        }
    }

    /// <returns>How many mails at least one recipient of which was refused.</returns>
    private async Task<int> SendAllAsync(SendSession session, Func<int, byte[]> mails, ParseResult arguments, CancellationToken cancellationToken)
    {
        var count = arguments.GetValue(_count);
        var refused = 0;
        if (count > 1 && console.OutIsTerminal)
            await AnsiConsole.Progress().StartAsync(async progress =>
            {
                var bar = progress.AddTask("sending", maxValue: count);
                await SendEachAsync(() => bar.Increment(1));
            });
        else
            await SendEachAsync(() => { });
        if (count > 1)
            await console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count - refused} of {count} mails accepted"));
        return refused;

        async Task SendEachAsync(Action sent)
        {
            for (var number = 1; number <= count; number++)
            {
                var result = await session.SendAsync(Message(mails(number), arguments), cancellationToken);
                if (result.Replies.Any(reply => reply.Code >= 300))
                    refused++;
                if (count == 1 || result.Replies.Any(reply => reply.Code >= 300))
                    await PrintAsync(arguments.GetValue(_to)!, result);
                sent();
            }
        }
    }

    private async Task PrintAsync(string[] recipients, SmtpSendResult result)
    {
        for (var index = 0; index < recipients.Length; index++)
        {
            var reply = result.Replies[index];
            var enhanced = reply.Enhanced is { } code ? $" {code}" : string.Empty;
            await console.Out.WriteLineAsync($"{recipients[index]}: {reply.Code}{enhanced} {TerminalText.Plain(reply.Text)}");
        }
    }

    private SmtpClientMessage Message(byte[] mail, ParseResult arguments) => new()
    {
        Sender = arguments.GetValue(_from)!.Trim('<', '>'),
        Recipients = [.. arguments.GetValue(_to)!.Select(address => new SmtpClientRecipient(address))],
        Content = SmtpContent.FromMemory(mail),
        SmtpUtf8 = true,
    };

    /// <summary>The octets of the n-th mail: a file's are the same each time, made ones differ in their Message-ID.</summary>
    private async Task<Func<int, byte[]>> MailsAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_file) is { } file)
        {
            var octets = CrlfText.Of(await MailFile.ReadAsync(file, cancellationToken));
            return _ => octets;
        }
        var attachments = new List<(string, byte[])>();
        foreach (var path in arguments.GetValue(_attach)!)
            attachments.Add((Path.GetFileName(path), await File.ReadAllBytesAsync(path, cancellationToken)));
        var unique = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return number => new SampleMail
        {
            From = arguments.GetValue(_from)!.Trim('<', '>') is { Length: > 0 } from ? from : "postmaster@localhost",
            To = arguments.GetValue(_to)!,
            Subject = arguments.GetValue(_subject)!,
            Text = arguments.GetValue(_text)!,
            Attachments = attachments,
            Date = console.Time.GetLocalNow(),
            Unique = string.Create(CultureInfo.InvariantCulture, $"{unique}.{number}"),
        }.ToBytes();
    }
}
