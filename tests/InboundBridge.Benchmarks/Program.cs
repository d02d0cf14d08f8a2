using System.CommandLine;
using System.Runtime.InteropServices;
using InboundBridge.Benchmarks.ColdStart;
using InboundBridge.Benchmarks.DnsLatency;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Latency;
using InboundBridge.Benchmarks.Mime;
using InboundBridge.Benchmarks.MimeReaders;
using InboundBridge.Benchmarks.Reception;
using InboundBridge.Benchmarks.Rules;
using InboundBridge.Benchmarks.Scripts;
using InboundBridge.Benchmarks.SharedSpool;
using InboundBridge.Benchmarks.Signatures;
using InboundBridge.Benchmarks.Soak;
using InboundBridge.Benchmarks.Spool;
using InboundBridge.Benchmarks.SyncMode;
using InboundBridge.Benchmarks.UiPages;

var root = new RootCommand("Measures InboundBridge. Build with -c Release.")
{
    EndToEndCommand.Create(),
    LatencyCommand.Create(),
    SyncCommand.Create(),
    DnsLatencyCommand.Create(),
    ColdStartCommand.Create(),
    MimeCommand.Create(),
    MimeReadersCommand.Create(),
    HostileReadingCommand.Create(),
    ReceptionCommand.Create(),
    RulesCommand.Create(),
    ScriptsCommand.Create(),
    SignaturesCommand.Create(),
    SpoolCommand.Create(),
    SpoolCommand.CreateBacklog(),
    SharedSpoolCommand.Create(),
    SoakCommand.Create(),
    UiCommands.CreateLists(),
    UiCommands.CreateLive(),
};

// Whatever ends this process, it ends the servers that it started first. The library handles SIGINT
// and SIGTERM; SIGHUP arrives when the terminal is closed.
using var closed = new CancellationTokenSource();
using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
{
    signal.Cancel = true;
    closed.Cancel();
});
return await root.Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) }, closed.Token);
