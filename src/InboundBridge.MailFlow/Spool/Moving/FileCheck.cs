using InboundBridge.MailFlow.Spool.Moving.Format;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>Reads a file of an export to its end and checks everything in it.</summary>
internal sealed class FileCheck(ExportFileReader file, MoveProblems problems, IProgress<MoveProgress>? progress)
{
    private long _octets;

    /// <param name="whole">Told after each mail that is whole.</param>
    /// <exception cref="ExportDamagedException">The file is damaged or not whole.</exception>
    public async Task RunAsync(Action? whole, CancellationToken cancellationToken)
    {
        while (await file.NextAsync(cancellationToken) is { } entry)
        {
            if (entry is not ExportEntry.Mail(var mail))
                continue;
            await file.ReadBodyAsync(
                piece =>
                {
                    _octets += piece.Length;
                    return ValueTask.CompletedTask;
                },
                cancellationToken);
            if (!file.IsIntact)
                problems.Add($"message {mail.Message.Id}: its octets were damaged or missing when it was exported");
            whole?.Invoke();
            progress?.Report(new MoveProgress("checked", file.Count.Messages, _octets));
        }
    }
}
