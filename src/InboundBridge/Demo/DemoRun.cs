using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using InboundBridge.Configuration.Sources;
using InboundBridge.Hosting;
using InboundBridge.Hosting.Running;
using InboundBridge.Setup;
using InboundBridge.Smtp.Client;
using InboundBridge.Yaml;

namespace InboundBridge.Demo;

/// <summary>
/// <c>inboundbridge demo</c>: the real appliance on loopback with the example rules, a webhook receiver that prints what it gets, and three
/// mails sent through SMTP. It needs no set-up and leaves nothing behind: its spool is in a temporary folder.
/// </summary>
internal sealed class DemoRun(TextWriter output, ILoggerFactory logs, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="once">End when the three mails have arrived.</param>
    /// <returns>0 when they did, 1 when they did not.</returns>
    public async Task<int> RunAsync(bool once)
    {
        using var signals = new StopSignals();
        var folder = Directory.CreateTempSubdirectory("inboundbridge-demo-");
        try
        {
            return await RunInAsync(folder.FullName, once, signals);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<int> RunInAsync(string folder, bool once, StopSignals signals)
    {
        var stop = signals.Token;
        await using var receiver = await DemoReceiver.StartAsync(output, DemoMails.All.Count);
        await using var scripts = new ScriptWorkers(clock);
        var problems = new SourceProblems();
        var setup = await LoadAsync(folder, receiver.Url, scripts, problems, stop);
        if (setup is null)
        {
            foreach (var problem in problems.Items)
                await output.WriteLineAsync(problem.ToString());
            return 1;
        }
        await using var appliance = await Appliance.StartAsync(setup, logs, clock, stop);
        foreach (var endpoint in appliance.Endpoints)
            await output.WriteLineAsync($"listening {endpoint.Kind} {endpoint.Name} {endpoint.Address}");
        var http = appliance.Endpoints.First(endpoint => endpoint.Kind == "http").Address;
        await output.WriteLineAsync($"web UI at http://{http}/ui; metrics at http://{http}/metrics; webhook receiver at {receiver.Url}");
        await output.WriteLineAsync();
        if (!await SendAllAsync(appliance.Endpoints.First(endpoint => endpoint.Kind == "smtp").Address, stop))
            return 1;
        if (!await ArrivedAsync(receiver, stop))
            return 1;
        if (once)
        {
            await output.WriteLineAsync("all three arrived");
            return 0;
        }
        await StayAsync(appliance, signals);
        return 0;
    }

    private static async Task<ApplianceSetup?> LoadAsync(
        string folder, string receiverUrl, ScriptWorkers scripts, SourceProblems problems, CancellationToken cancellationToken)
    {
        var rules = Directory.CreateDirectory(Path.Combine(folder, "rules"));
        await DemoRules.WriteAsync(rules.FullName, cancellationToken);
        var file = Path.Combine(folder, "inboundbridge.yaml");
        await File.WriteAllTextAsync(file, Configuration(receiverUrl), cancellationToken);
        return await ApplianceSetup.LoadAsync(ConfigurationSource.OfProcess(file, []), scripts, problems, cancellationToken);
    }

    private static string Configuration(string receiverUrl)
    {
        var secret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var webhook = $$"""{ url: "{{receiverUrl}}", secret: "{{secret}}", attachments: { otherwise: inline } }""";
        return $"""
            hostname: mx.demo.localhost
            domains: [example.com, localhost]
            smtp: {"{"} listeners: [{"{"} name: demo, address: "127.0.0.1:{FreeOr(2525)}" {"}"}] {"}"}
            http: {"{"} listen: "127.0.0.1:{FreeOr(8080)}" {"}"}
            spool: {"{"} path: spool, minimum_free: 1MB {"}"}
            rules: {"{"} path: rules, default: hold {"}"}
            authentication: {"{"} spf: off, dkim: off, dmarc: off, arc: off, iprev: off {"}"}
            destinations:
              inbox: {"{"} webhook: {webhook} {"}"}
              helpdesk: {"{"} webhook: {webhook} {"}"}
            """;
    }

    /// <summary>The port that the documentation names, or 0 (any free port) if it is in use.</summary>
    private static string FreeOr(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return port.ToString(CultureInfo.InvariantCulture);
        }
        catch (SocketException)
        {
            return "0";
        }
    }

    private async Task<bool> SendAllAsync(string server, CancellationToken stop)
    {
        var bound = IPEndPoint.Parse(server);
        var options =
            new SmtpClientOptions { Server = new SmtpEndpoint(bound.Address.ToString(), bound.Port), Hostname = "demo.localhost" };
        foreach (var mail in DemoMails.All)
        {
            var message = new SmtpClientMessage
            {
                Sender = mail.Sender,
                Recipients = [new SmtpClientRecipient(mail.Recipient)],
                Content = SmtpContent.FromMemory(mail.Octets),
            };
            var result = await SmtpSender.SendAsync(options, message, stop, clock: clock);
            var reply = result.Replies[0];
            await output.WriteLineAsync($"smtp     {mail.Sender} -> {mail.Recipient}: {reply.Code} {reply.Enhanced} {reply.Text}");
            if (!reply.IsPositive)
                return false;
        }
        await output.WriteLineAsync();
        return true;
    }

    private async Task<bool> ArrivedAsync(DemoReceiver receiver, CancellationToken stop)
    {
        try
        {
            await receiver.AllArrived.WaitAsync(Patience, clock, stop);
            return true;
        }
        catch (TimeoutException)
        {
            await output.WriteLineAsync($"not all mails arrived within {Patience.TotalSeconds} s");
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task StayAsync(Appliance appliance, StopSignals signals)
    {
        var smtp = appliance.Endpoints.First(endpoint => endpoint.Kind == "smtp").Address;
        await output.WriteLineAsync(
            $"Try your own: inboundbridge send --server {smtp} --from you@example.org --to support+7@example.com --subject Hello --text World");
        var http = appliance.Endpoints.First(endpoint => endpoint.Kind == "http").Address;
        await output.WriteLineAsync($"See what became of each mail, and why: http://{http}/ui");
        await output.WriteLineAsync("Ctrl-C ends the demo.");
        await signals.WaitAsync();
    }
}
