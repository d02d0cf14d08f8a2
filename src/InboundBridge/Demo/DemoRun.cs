using System.Net;
using System.Security.Cryptography;
using InboundBridge.Configuration.Sources;
using InboundBridge.Hosting;
using InboundBridge.Hosting.Running;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;
using InboundBridge.Terminal;
using InboundBridge.Ui.Layout;
using InboundBridge.Yaml;

namespace InboundBridge.Demo;

/// <summary>
/// <c>inboundbridge demo</c>: the real appliance on loopback with the example rules, a webhook receiver that shows what it gets, an hour of
/// sample mail, and three mails sent through SMTP. It needs no set-up and leaves nothing behind: its spool is in a temporary folder.
/// </summary>
internal sealed class DemoRun(CommandConsole console, ILoggerFactory logs)
{
    /// <summary>Ends a demo that hangs. The mails arrive within a second; a machine that is busy with other work needs minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TextWriter _output = console.Out;

    /// <summary>With <c>--once</c> there is no sample hour, and the clock is right from the start.</summary>
    private DemoClock _clock = new(console.Time, TimeSpan.Zero);

    /// <param name="once">Send the three mails alone, and end when they have arrived.</param>
    /// <param name="set">Override keys of the demo's configuration, each as <c>KEY=VALUE</c>.</param>
    /// <returns>0 when they did, 1 when they did not.</returns>
    public async Task<int> RunAsync(bool once, IReadOnlyList<string> set)
    {
        using var signals = new StopSignals();
        var folder = Directory.CreateTempSubdirectory("inboundbridge-demo-");
        if (!once)
            _clock = new DemoClock(console.Time, TimeSpan.FromMinutes(DemoHour.Minutes));
        try
        {
            return await RunInAsync(folder.FullName, once, set, signals);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<int> RunInAsync(string folder, bool once, IReadOnlyList<string> set, StopSignals signals)
    {
        var stop = signals.Token;
        var secret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await using var receiver = await DemoReceiver.StartAsync(_output, secret, _clock);
        await using var dns = new DemoDns(DemoSenders.Records);
        await using var scripts = new ScriptWorkers(_clock);
        var problems = new SourceProblems();
        var ports = DemoPorts.Find();
        var source = await WriteAsync(folder, DemoConfiguration.Text(receiver.Url, secret, dns.Address, ports), set, stop);
        var setup = await ApplianceSetup.LoadAsync(source, scripts, problems, stop);
        foreach (var problem in problems.Items)
            await console.Error.WriteLineAsync(problem.ToString());
        if (setup is null)
            return ExitCode.Failed;
        await using var appliance = await StartAsync(
            () => Appliance.StartAsync(
                setup, logs, _clock, stop, new ReloadSource(source, scripts), [new UiLink("Demo receiver", receiver.Url)]));
        if (appliance is null)
            return ExitCode.Failed;
        if (MissingEndpoint(appliance) is { } missing)
        {
            await console.Error.WriteLineAsync($"the demo needs {missing}, and --set has removed it");
            return ExitCode.Failed;
        }
        foreach (var endpoint in appliance.Endpoints.Where(endpoint => endpoint.Name != DemoConfiguration.Proxied))
            await _output.WriteLineAsync($"listening {endpoint.Kind} {endpoint.Name} {endpoint.Address}");
        var http = appliance.Endpoints.First(endpoint => endpoint.Kind == "http").Address;
        receiver.Ui = $"http://{http}/ui";
        await _output.WriteLineAsync($"web UI at {receiver.Ui}; metrics at http://{http}/metrics; webhook receiver at {receiver.Url}");
        foreach (var note in ports.Notes(set, AddressOf(appliance, DemoConfiguration.Direct).ToString(), receiver.Ui))
            await _output.WriteLineAsync(note);
        await _output.WriteLineAsync();
        var sender = new DemoSender(
            AddressOf(appliance, DemoConfiguration.Proxied), AddressOf(appliance, DemoConfiguration.Direct), _clock);
        if (!once && !await FillAsync(sender, $"http://{http}", stop))
            return ExitCode.Failed;
        receiver.Expect(DemoMails.All.Count);
        if (!await SendAllAsync(sender, stop) || !await ArrivedAsync(receiver, stop))
            return ExitCode.Failed;
        if (once)
        {
            await _output.WriteLineAsync("all three arrived");
            return ExitCode.Done;
        }
        await StayAsync(appliance, receiver, signals);
        return ExitCode.Done;
    }

    /// <returns>Null where it can't, such as on a port of the command line that another program has.</returns>
    private async Task<Appliance?> StartAsync(Func<Task<Appliance>> start)
    {
        try
        {
            return await start();
        }
        catch (ApplianceStartException exception)
        {
            await console.Error.WriteLineAsync(DemoPorts.Refusal(exception.Message));
            return null;
        }
    }

    /// <summary>What the demo sends mail to or reads from, and an override took away; null if everything is there.</summary>
    private static string? MissingEndpoint(Appliance appliance)
    {
        foreach (var name in new[] { DemoConfiguration.Direct, DemoConfiguration.Proxied })
        {
            if (!appliance.Endpoints.Any(endpoint => endpoint.Kind == "smtp" && endpoint.Name == name))
                return $"a listener named '{name}' in smtp.listeners";
        }
        return appliance.Endpoints.Any(endpoint => endpoint.Kind == "http") ? null : "http.listen";
    }

    private static IPEndPoint AddressOf(Appliance appliance, string listener) =>
        IPEndPoint.Parse(appliance.Endpoints.First(endpoint => endpoint.Kind == "smtp" && endpoint.Name == listener).Address);

    /// <summary>
    /// Its current folder is that of the configuration, so that places in rules are shown as <c>rules/…</c> and not as a temporary path.
    /// </summary>
    private static async Task<ConfigurationSource> WriteAsync(
        string folder, string configuration, IReadOnlyList<string> set, CancellationToken cancellationToken)
    {
        var rules = Directory.CreateDirectory(Path.Combine(folder, "rules"));
        await DemoRules.WriteAsync(rules.FullName, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, ConfigurationSource.DefaultFile), configuration, cancellationToken);
        return ConfigurationSource.OfProcess(ConfigurationSource.DefaultFile, set) with { CurrentFolder = folder };
    }

    /// <returns>False where the API doesn't answer the demo, which has neither a token nor a certificate that it would trust.</returns>
    private async Task<bool> FillAsync(DemoSender sender, string api, CancellationToken stop)
    {
        try
        {
            await new DemoFill(_output, sender, _clock).RunAsync(api, stop);
            return true;
        }
        catch (HttpRequestException exception)
        {
            await console.Error.WriteLineAsync(
                $"the demo can't read its own API ({exception.Message}): leave http.tokens and http.listen.tls out of --set, "
                + "or take 'inboundbridge run'");
            return false;
        }
    }

    private async Task<bool> SendAllAsync(DemoSender sender, CancellationToken stop)
    {
        foreach (var mail in DemoMails.All)
        {
            var reply = await sender.SendAsync(mail, stop);
            await _output.WriteLineAsync($"smtp     {mail.Sender} -> {mail.Recipient}: {reply.Code} {reply.Enhanced} {reply.Text}");
            if (!reply.IsPositive)
                return false;
        }
        await _output.WriteLineAsync();
        return true;
    }

    private async Task<bool> ArrivedAsync(DemoReceiver receiver, CancellationToken stop)
    {
        try
        {
            await receiver.AllArrived.WaitAsync(Patience, _clock, stop);
            return true;
        }
        catch (TimeoutException)
        {
            await _output.WriteLineAsync($"not all mails arrived within {Patience.TotalMinutes} minutes");
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task StayAsync(Appliance appliance, DemoReceiver receiver, StopSignals signals)
    {
        var smtp = AddressOf(appliance, DemoConfiguration.Direct);
        await _output.WriteLineAsync(
            $"Try your own: inboundbridge send --server {smtp} --from me@example.org --to support+7@example.com --subject Hello --text Hi");
        await _output.WriteLineAsync($"See what became of each mail, and why: {receiver.Ui}");
        await _output.WriteLineAsync($"See what the application got: {receiver.Url}");
        await _output.WriteLineAsync("Ctrl-C ends the demo.");
        await signals.WaitAsync();
    }
}
