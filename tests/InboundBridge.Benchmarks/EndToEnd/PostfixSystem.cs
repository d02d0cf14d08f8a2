using System.Diagnostics;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>
/// A private Postfix that queues each mail durably and passes it on: relays it to an SMTP
/// sink, or pipes it into curl, which posts it to the webhook.
/// </summary>
internal static class PostfixSystem
{
    public const string RelayName = "postfix-relay";
    public const string PipeName = "postfix-pipe";

    /// <summary>Settings of an operator who wants speed on a single machine with a single destination.</summary>
    private const string Tuning = """
        default_process_limit = 1100
        in_flow_delay = 0
        qmgr_message_active_limit = 50000
        qmgr_message_recipient_limit = 50000
        initial_destination_concurrency = 50
        default_destination_concurrency_limit = 50
        smtpd_peername_lookup = no
        smtpd_error_sleep_time = 0
        enable_long_queue_ids = yes

        """;

    public static Task<DeliveringSystem> StartRelayAsync(LoadOptions load, CancellationToken cancellation)
    {
        var sink = MailSink.Smtp();
        var settings = $"""
            relayhost = [127.0.0.1]:{sink.Port}
            smtp_connection_cache_destinations = [127.0.0.1]:{sink.Port}
            smtp_connection_reuse_count_limit = 0
            smtp_tls_security_level = none

            """;
        return StartAsync(RelayName, share: 5, settings, service: "", sink, load, cancellation);
    }

    public static Task<DeliveringSystem> StartPipeAsync(LoadOptions load, CancellationToken cancellation)
    {
        var curl = BenchmarkPeers.Find("/usr/bin/curl", "Debian package curl");
        var sink = MailSink.Webhook();
        const string Settings = """
            default_transport = webhook
            webhook_destination_recipient_limit = 1

            """;
        var service = $$"""
            webhook unix - n n - 50 pipe flags=q user=nobody argv={{curl}} -s -S -f -o /dev/null -H webhook-id:${queue_id} -H Content-Type:message/rfc822 --data-binary @- http://127.0.0.1:{{sink.Port}}/

            """;
        return StartAsync(PipeName, share: 40, Settings, service, sink, load, cancellation);
    }

    private static async Task<DeliveringSystem> StartAsync(
        string name, int share, string settings, string service, MailSink sink, LoadOptions load, CancellationToken cancellation)
    {
        var checks = load.Sender is not null;
        try
        {
            return await FreePort.WithAsync(1, async ports =>
            {
                if (!Environment.IsPrivilegedProcess)
                    throw new InvalidOperationException("Postfix can only be started by root");
                var master = BenchmarkPeers.Find("/usr/lib/postfix/sbin/master", "Debian package postfix");
                var home = Path.Combine(load.Folder, name);
                var configuration = Path.Combine(home, "etc");
                foreach (var folder in new[] { configuration, Path.Combine(home, "queue"), Path.Combine(home, "data") })
                    Directory.CreateDirectory(folder);
                await File.WriteAllTextAsync(
                    Path.Combine(configuration, "main.cf"),
                    PostfixConfiguration.Basics(home, Path.Combine(home, "mail.log")) + Tuning + settings
                        + (checks ? PostfixChecks.Settings(home) : ""),
                    cancellation);
                await File.WriteAllTextAsync(
                    Path.Combine(configuration, "master.cf"),
                    PostfixConfiguration.Services(ports[0]).Replace("127.0.0.1:", $"{load.Listen}:", StringComparison.Ordinal)
                        + service + (checks ? PostfixChecks.Service(home) : ""),
                    cancellation);
                if (checks)
                    await PostfixChecks.WriteAsync(home, cancellation);
                await RunAsync(["chown", "postfix", Path.Combine(home, "data")], cancellation);
                await RunAsync(["postfix", "-c", configuration, "check"], cancellation);
                var process =
                    await ServerProcess.StartListeningAsync(
                        Path.Combine(home, "master.log"), ports[0],
                        [.. checks ? PostfixChecks.Starter(home) : [], master, "-c", configuration, "-s"], cancellation);
                return new DeliveringSystem(name, process, ports[0], share, sink, checks ? VerdictProof.Postfix : null);
            });
        }
        catch
        {
            sink.Dispose();
            throw;
        }
    }

    private static async Task RunAsync(string[] command, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, UseShellExecute = false };
        using var process = System.Diagnostics.Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
        var errors = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {errors}");
    }
}
