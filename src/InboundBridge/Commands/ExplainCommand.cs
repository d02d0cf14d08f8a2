using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using InboundBridge.Commands.Parsing;
using InboundBridge.Commands.Remote;
using InboundBridge.Commands.Sending;
using InboundBridge.Explaining;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.Mime;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands;

/// <summary><c>explain MAIL.eml --to A</c>, <c>explain --message ID</c>: shows what would happen to a mail, and why.</summary>
internal sealed class ExplainCommand(SharedOptions shared, CommandConsole console, HostActions host)
{
    private readonly Argument<string?> _file =
        new("MAIL.eml") { Description = "The mail, '-' for standard input. Bare line feeds become CRLF.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _message =
        new("--message")
        {
            Description = "Instead of a file: a stored message of a running appliance, with its envelope.",
            HelpName = "ID"
        };
    private readonly Option<string[]> _to =
        new("--to")
        {
            Description = "A recipient; may be repeated. With --message: replaces the stored recipients.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => []
        };
    private readonly Option<string?> _from =
        new("--from")
        {
            Description = "The sender; '' for the null reverse-path. Default: the first address in From.",
            HelpName = "ADDRESS"
        };
    private readonly Option<string> _client =
        new("--client-ip") { Description = "The client that submits the mail.", HelpName = "IP", DefaultValueFactory = _ => "127.0.0.1" };
    private readonly Option<string> _helo =
        new("--helo")
        {
            Description = "The name that the client gives in EHLO.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "localhost",
        };
    private readonly RemoteOptions _remote = new();
    private readonly Option<bool> _json = new("--json") { Description = "Print everything as one JSON object (docs/api.md)." };
    private readonly Option<bool> _credentials = new("--with-credentials")
    {
        Description =
            "With --json or --curl: also print the credentials for receivers (Authorization, your own headers, tokens in URLs).",
    };

    private readonly Option<bool> _curl =
        new("--curl") { Description = "Print only the webhook requests, as shell commands that send them." };

    public Command Create()
    {
        _client.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && !IpAddressText.TryParse(text, out _))
                result.AddError($"'{text}' is not an IP address, {IpAddressText.Examples}");
        });
        var command =
            new Command(
                "explain",
                "Shows what would happen to a mail: replies, each rule with its conditions, the plan, the requests. "
                + "Has no side effects.")
        {
            _file, _message, _to, _from, _client, _helo, _json, _curl, _credentials,
        };
        _remote.AddTo(command);
        command.Validators.Add(result =>
        {
            var (hasFile, hasMessage) = (result.GetValue(_file) is not null, result.GetValue(_message) is not null);
            if (hasFile == hasMessage)
                result.AddError("explain takes one mail: MAIL.eml, or --message ID");
            if (hasFile && result.GetValue(_to) is not { Length: > 0 })
                result.AddError("--to ADDRESS is required, once for each recipient");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (read, fault) = arguments.GetValue(_message) is { } id
            ? await FetchAsync(id, arguments, cancellationToken) : (await ReadAsync(arguments, cancellationToken), ExitCode.Usage);
        if (read is not { } mail)
            return fault;
        if (mail.Problem() is { } problem)
        {
            await console.Error.WriteLineAsync(TerminalText.Plain(problem));
            return ExitCode.Usage;
        }
        var problems = new SourceProblems();
        var explanation = await host.Explain!(shared.Source(arguments), mail, console.Time, problems, cancellationToken);
        foreach (var found in problems.Items)
            await console.Error.WriteLineAsync(found.ToString());
        if (explanation is null)
            return ExitCode.Failed;
        await PrintAsync(explanation, arguments);
        return ExitCode.Done;
    }

    private async Task PrintAsync(MailExplanation explanation, ParseResult arguments)
    {
        if (arguments.GetValue(_json))
            await console.Out.WriteLineAsync(Json(explanation, arguments.GetValue(_credentials)));
        else if (arguments.GetValue(_curl))
            await PrintCommandsAsync(explanation, arguments.GetValue(_credentials));
        else
            new ExplanationText(new TerminalText(console.Out, console.UsesColour)).Write(explanation);
    }

    private string Json(MailExplanation explanation, bool withCredentials)
    {
        var json = new ExplanationJson(showsCredentials: withCredentials).Of(explanation).ToJsonString(CommandJson.Indented);
        return console.OutIsTerminal ? VisibleText.OfJson(json) : json;
    }

    private async Task PrintCommandsAsync(MailExplanation explanation, bool withCredentials)
    {
        foreach (var planned in explanation.Plan.Where(planned => planned.Request is not null))
        {
            if ((planned.Request!.Problem ?? planned.Request.SkipReason) is { } problem)
                await console.Error.WriteLineAsync($"{planned.Delivery.Destination}: {TerminalText.Plain(problem)}");
            else
                await WriteCommandAsync(
                    $"# {planned.Delivery.Destination}\n"
                    + CurlCommand.Of(withCredentials ? planned.Request : planned.Request.WithoutCredentials()));
        }
    }

    /// <summary>
    /// Piped into a shell, the command is exact. On a terminal its control characters are escaped: headers may contain text from the mail,
    /// which must not control the terminal.
    /// </summary>
    private Task WriteCommandAsync(string command) => console.Out.WriteAsync(console.OutIsTerminal ? VisibleText.Of(command) : command);

    /// <summary>A stored message as it was received: with its envelope, and without the Received field that reception added.</summary>
    private async Task<(TrialMail? Mail, int ExitCode)> FetchAsync(string id, ParseResult arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var client = _remote.Connect(arguments, shared.Source(arguments), host.Connect ?? ApplianceConnection.To);
            var path = $"messages/{Uri.EscapeDataString(id)}";
            var envelope = (await client.GetAsync(path, cancellationToken))["envelope"]!;
            var octets = new MemoryStream();
            await client.DownloadAsync(path + "/raw", () => octets, cancellationToken);
            var recipients = arguments.GetValue(_to) is { Length: > 0 } given
                ? given : [.. envelope["recipients"]!.AsArray().Select(recipient => recipient!["address"]!.GetValue<string>())];
            return (new TrialMail
            {
                Sender = (arguments.GetValue(_from) ?? envelope["sender"]!.GetValue<string>()).Trim('<', '>'),
                Recipients = recipients,
                Octets = StoredMail.WithoutOurTrace(octets.ToArray()),
                ClientIp = IPAddress.Parse(Stored(_client, "client_ip", envelope, arguments)),
                Helo = Stored(_helo, "helo", envelope, arguments),
            }, ExitCode.Done);
        }
        catch (RemoteFault fault)
        {
            foreach (var line in fault.Message.Split('\n'))
                await console.Error.WriteLineAsync(TerminalText.Plain(line));
            return (null, fault.ExitCode);
        }
    }

    /// <summary>The command line takes precedence over the stored envelope.</summary>
    private static string Stored(Option<string> option, string key, JsonNode envelope, ParseResult arguments) =>
        arguments.GetResult(option) is { Implicit: false }
            || envelope[key]?.GetValue<string>() is not { Length: > 0 } stored ? arguments.GetValue(option)! : stored;

    private async Task<TrialMail?> ReadAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        try
        {
            var octets = CrlfText.Of(await MailFile.ReadAsync(arguments.GetValue(_file)!, cancellationToken));
            return new TrialMail
            {
                Sender = (arguments.GetValue(_from) ?? FirstFrom(octets)).Trim('<', '>'),
                Recipients = arguments.GetValue(_to)!,
                Octets = octets,
                ClientIp = IPAddress.Parse(arguments.GetValue(_client)!),
                Helo = arguments.GetValue(_helo)!,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync(exception.Message);
            return null;
        }
    }

    private static string FirstFrom(byte[] octets) =>
        MimeMessage.Open(MimeSource.FromMemory(octets)).From.Select(mailbox => mailbox.Address).FirstOrDefault(string.Empty);
}
