using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Moving.Format;

namespace InboundBridge.Fuzz.Spools;

/// <summary>
/// A file that claims to be an export, as it is and with digests that fit: it is read to its end or refused with a place, and what is read
/// of it can be written and reads as the same again.
/// </summary>
internal sealed class ExportTarget : IFuzzTarget
{
    public string Name => "spools/export";

    public IReadOnlyList<string> Words =>
    [
        "InboundBridge spool export 1\n", "H\0\0\0", "M\0\0\0", "D\0\0\0", "B\0\0\0\u0010", "E\0\0\0\u0020", "Z\0\0\0",
        "N\0\0\0", "G\0\0\0",
        "\"number\":1", "\"has_body\":false", "\"state\":\"held\"", "\"size\":-1", "null", "[]", "{}",
        "\"sealed:\"", "9999-12-31T23:59:59Z",
    ];

    public void Run(ReadOnlySpan<byte> input)
    {
        var file = input.ToArray();
        Read(file);
        Read(Frames.Redigested(file));
    }

    private static void Read(byte[] file)
    {
        using var reader = new ExportFileReader(new MemoryStream(file));
        var problems = new MoveProblems();
        try
        {
            reader.OpenAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            new FileCheck(reader, problems, null).RunAsync(null, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (ExportDamagedException fault)
        {
            FuzzFailureException.Unless(fault.Offset >= 0 && fault.Offset <= file.Length, "a place outside of the file");
            return;
        }
        FuzzFailureException.Unless(reader.Offset == file.Length, "a whole file that goes on");
        FuzzFailureException.Unless(
            !ExportTotals.Of(reader.Count).ToCount().Differences(reader.Count).Any(), "totals that read back as others");
    }
}
