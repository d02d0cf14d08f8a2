using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary>Why a command could not get its answer, in words for the operator.</summary>
internal sealed class RemoteFault(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
