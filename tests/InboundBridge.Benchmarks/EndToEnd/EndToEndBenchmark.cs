using System.Diagnostics;
using System.Net;
using InboundBridge.Benchmarks.Senders;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Measures the mails a second that a system delivers, and their cost.</summary>
internal static class EndToEndBenchmark
{
    public static async Task<int> RunAsync(LoadOptions load, CancellationToken cancellation)
    {
        using var dns = load.Sender is { } sender
            ? new ZoneResponder(sender.Zone, new IPEndPoint(PrivateNetwork.Nameserver, 53), TimeSpan.Zero) : null;
        var what = load.Sender is null ? "" : " with one DKIM signature (RSA, 2,048 bits), every sender checked";
        return await LoadRun.RunAsync(
            load,
            $"{load.Messages:N0} mails of {load.Size:N0} octets{what} over {load.Connections} connections, "
            + $"{(load.OnePerConnection ? "one" : "many")} a connection; webhook format {load.Format}, {load.Rules} "
            + $"rules{(load.Everything ? Watchers.Description : "")}{load.Conditions}.",
            async systems =>
            {
                if (load.Sender is not null)
                    await WriteMailAsync(load.Sender, load, cancellation);
                var runs =
                    await Rounds.RunAsync(systems, load, (system, round) => MeasureAsync(system, round, load, cancellation), Describe);
                var table =
                    ResultTable.Render(
                        runs, [.. load.Appliances.SelectMany(build => new[] { build.Name, build.RelayName, build.UncheckedName })]);
                return load.Sender is null ? table : table + CheckCostTable.Render(runs, load.Appliances, load.Size);
            },
            cancellation);
    }

    private static string MailFile(LoadOptions load) => Path.Combine(load.Folder, "signed-mail");

    /// <summary>smtp-source ends lines itself.</summary>
    private static Task WriteMailAsync(CheckedSender sender, LoadOptions load, CancellationToken cancellation) =>
        File.WriteAllBytesAsync(
            MailFile(load), [.. sender.Compose(SenderZone.Domain, load.Size).Where(octet => octet != (byte)'\r')], cancellation);

    public static string Describe(RunResult run) =>
        $"{run.System,-16} {run.Rate,8:N0} mails/s  accepted at {run.AcceptRate,8:N0}/s  {run.CpuPerThousand,6:0.000} "
        + $"CPU-s/1,000 (the sink's: {run.SinkCpuPerThousand:0.000}); others took {run.Others:0%} of the machine";

    public static async Task<RunResult> MeasureAsync(IMeasuredSystem system, int round, LoadOptions load, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(load.Allowed);
        var messages = Math.Max(load.Messages / system.Share, load.Connections);
        system.Reset(messages);
        var watch = new CpuWatch(system.Process);
        var start = Stopwatch.GetTimestamp();
        await SendAsync(new IPEndPoint(load.Target, system.Port), messages, load, limit.Token);
        var accepted = Stopwatch.GetElapsedTime(start);
        await system.AllArrivedAsync(limit.Token);
        var arrived = Stopwatch.GetElapsedTime(start);
        var (cpu, own, others) = watch.Read();
        return new RunResult(system.Name, round, messages, accepted, arrived, cpu, own, others, system.Process.Memory);
    }

    private static async Task SendAsync(IPEndPoint server, int messages, LoadOptions load, CancellationToken cancellation)
    {
        var from = $"al@{(load.Sender is null ? "sender.test" : SenderZone.Domain)}";
        string[] options = ["-s", $"{load.Connections}", "-m", $"{messages}", "-f", from, "-t", "support@example.com"];
        string[] mail = load.Sender is null ? ["-l", $"{load.Size}"] : ["-M", SenderZone.ClientName, "-F", MailFile(load)];
        string[] recipients = load.Everything ? ["-N"] : [];
        string[] connection = load.OnePerConnection ? [] : ["-d"];
        var start =
            new ProcessStartInfo(
                "smtp-source", [.. options, .. recipients, .. mail, .. connection, $"{server}"])
            { RedirectStandardError = true, UseShellExecute = false };
        using var source =
            Process.Start(start) ?? throw new InvalidOperationException("smtp-source (Debian package postfix) did not start");
        try
        {
            var errors = await source.StandardError.ReadToEndAsync(cancellation);
            await source.WaitForExitAsync(cancellation);
            if (source.ExitCode != 0)
                throw new InvalidOperationException($"smtp-source ended with {source.ExitCode}: {errors}");
        }
        catch (OperationCanceledException)
        {
            source.Kill();
            throw;
        }
    }
}
