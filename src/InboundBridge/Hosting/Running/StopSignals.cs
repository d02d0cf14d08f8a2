using System.Runtime.InteropServices;

namespace InboundBridge.Hosting.Running;

/// <summary>
/// SIGTERM and SIGINT request a graceful stop. A second signal ends the process at once, as an operator who presses Ctrl-C twice expects.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            // A reload that comes before or after there is something to reload must not end the process, as the signal does by default.
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = true),
        ];
    }

    public CancellationToken Token => _stop.Token;

    /// <summary>Completes when a stop is requested.</summary>
    public async Task WaitAsync()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = Token.Register(() => stopped.TrySetResult());
        await stopped.Task;
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        if (_stop.IsCancellationRequested)
            return;
        signal.Cancel = true;
        _stop.Cancel();
    }
}
