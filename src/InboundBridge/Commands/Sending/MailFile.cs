namespace InboundBridge.Commands.Sending;

/// <summary>Reads a mail that is named on the command line.</summary>
internal static class MailFile
{
    /// <param name="name">A path; <c>-</c> for standard input.</param>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static async Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (name != "-")
            return await File.ReadAllBytesAsync(name, cancellationToken);
        await using var input = Console.OpenStandardInput();
        using var octets = new MemoryStream();
        await input.CopyToAsync(octets, cancellationToken);
        return octets.ToArray();
    }
}
