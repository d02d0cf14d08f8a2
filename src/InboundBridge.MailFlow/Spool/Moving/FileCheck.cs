using System.Security.Cryptography;
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
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (await file.NextAsync(cancellationToken) is { } entry)
        {
            if (entry is not ExportEntry.Mail(var mail))
                continue;
            await file.ReadBodyAsync(
                piece =>
                {
                    hash.AppendData(piece.Span);
                    _octets += piece.Length;
                    return ValueTask.CompletedTask;
                },
                cancellationToken);
            var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
            if (mail.HasBody && digest != mail.Message.Sha256)
                problems.Add($"message {mail.Message.Id}: its octets were damaged or missing when it was exported");
            whole?.Invoke();
            progress?.Report(new MoveProgress("checked", file.Count.Messages, _octets));
        }
    }
}
