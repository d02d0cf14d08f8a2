using System.Net;
using System.Security.Cryptography;
using InboundBridge.Configuration.Sources;
using InboundBridge.Hosting;
using InboundBridge.Hosting.Running;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;
using InboundBridge.Ui.Layout;
using InboundBridge.Yaml;

namespace InboundBridge.Demo;

/// <summary>
/// <c>inboundbridge demo</c>: the real appliance on loopback with the example rules, a webhook receiver that shows what it gets, an hour of
/// sample mail, and three mails sent through SMTP. It needs no set-up and leaves nothing behind: its spool is in a temporary folder.
/// </summary>
internal sealed class DemoRun(TextWriter output, ILoggerFactory logs, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>With <c>--once</c> there is no sample hour, and the clock is right from the start.</summary>
    private DemoClock _clock = new(time, TimeSpan.Zero);

    /// <param name="once">Send the three mails alone, and end when they have arrived.</param>
    /// <returns>0 when they did, 1 when they did not.</returns>
    public async Task<int> RunAsync(bool once)
    {
        using var signals = new StopSignals();
        var folder = Directory.CreateTempSubdirectory("inboundbridge-demo-");
        if (!once)
            _clock = new DemoClock(time, TimeSpan.FromMinutes(DemoHour.Minutes));
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
        var secret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await using var receiver = await DemoReceiver.StartAsync(output, secret, _clock);
        await using var dns = new DemoDns(DemoSenders.Records);
        await using var scripts = new ScriptWorkers(_clock);
        var problems = new SourceProblems();
        var source = await WriteAsync(folder, DemoConfiguration.Text(receiver.Url, secret, dns.Address), stop);
        var setup = await ApplianceSetup.LoadAsync(source, scripts, problems, stop);
        if (setup is null)
        {
            foreach (var problem in problems.Items)
                await output.WriteLineAsync(problem.ToString());
            return 1;
        }
        await using var appliance = await Appliance.StartAsync(
            setup, logs, _clock, stop, new ReloadSource(source, scripts), [new UiLink("Demo receiver", receiver.Url)]);
        foreach (var endpoint in appliance.Endpoints.Where(endpoint => endpoint.Name != DemoConfiguration.Proxied))
            await output.WriteLineAsync($"listening {endpoint.Kind} {endpoint.Name} {endpoint.Address}");
        var http = appliance.Endpoints.First(endpoint => endpoint.Kind == "http").Address;
        receiver.Ui = $"http://{http}/ui";
        await output.WriteLineAsync($"web UI at {receiver.Ui}; metrics at http://{http}/metrics; webhook receiver at {receiver.Url}");
        await output.WriteLineAsync();
        var sender = new DemoSender(
            AddressOf(appliance, DemoConfiguration.Proxied), AddressOf(appliance, DemoConfiguration.Direct), _clock);
        if (!once)
            await new DemoFill(output, sender, _clock).RunAsync($"http://{http}", stop);
        receiver.Expect(DemoMails.All.Count);
        if (!await SendAllAsync(sender, stop) || !await ArrivedAsync(receiver, stop))
            return 1;
        if (once)
        {
            await output.WriteLineAsync("all three arrived");
            return 0;
        }
        await StayAsync(appliance, receiver, signals);
        return 0;
    }

    private static IPEndPoint AddressOf(Appliance appliance, string listener) =>
        IPEndPoint.Parse(appliance.Endpoints.First(endpoint => endpoint.Kind == "smtp" && endpoint.Name == listener).Address);

    private static async Task<ConfigurationSource> WriteAsync(
        string folder, string configuration, CancellationToken cancellationToken)
    {
        var rules = Directory.CreateDirectory(Path.Combine(folder, "rules"));
        await DemoRules.WriteAsync(rules.FullName, cancellationToken);
        var file = Path.Combine(folder, "inboundbridge.yaml");
        await File.WriteAllTextAsync(file, configuration, cancellationToken);
        return ConfigurationSource.OfProcess(file, []);
    }

    private async Task<bool> SendAllAsync(DemoSender sender, CancellationToken stop)
    {
        foreach (var mail in DemoMails.All)
        {
            var reply = await sender.SendAsync(mail, stop);
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
            await receiver.AllArrived.WaitAsync(Patience, _clock, stop);
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

    private async Task StayAsync(Appliance appliance, DemoReceiver receiver, StopSignals signals)
    {
        var smtp = AddressOf(appliance, DemoConfiguration.Direct);
        await output.WriteLineAsync(
            $"Try your own: inboundbridge send --server {smtp} --from me@example.org --to support+7@example.com --subject Hello --text Hi");
        await output.WriteLineAsync($"See what became of each mail, and why: {receiver.Ui}");
        await output.WriteLineAsync($"See what the application got: {receiver.Url}");
        await output.WriteLineAsync("Ctrl-C ends the demo.");
        await signals.WaitAsync();
    }
}
