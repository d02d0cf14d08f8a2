using System.IO.Pipelines;

namespace InboundBridge.Smtp.Wire;

/// <summary>
/// A session's connection for the client that takes it over (ATRN). That client has time limits of its own, so an interruption that was
/// meant for the session's last wait is ignored.
/// </summary>
internal class TurnedStream(PipeReader input, PipeWriter output) : DuplexPipeStream(input, output)
{
    protected override bool EndsWhenWoken => false;
}
