using InboundBridge.Mime;
using InboundBridge.UnitTests.Mime.Reading;

namespace InboundBridge.UnitTests.Mime;

/// <summary>
/// Each <c>tests/testdata/messages/NAME.eml</c> is read as <c>NAME.expected.txt</c> says. A new mail needs both; run with
/// <c>WRITE_GOLDEN=1</c> to write what is missing, and read it before it is committed.
/// </summary>
public class GoldenMailTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "tests/testdata/messages");

    public static TheoryData<string> Names =>
        [.. Directory.EnumerateFiles(Folder, "*.eml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_read_as_expected(string name)
    {
        var read = WholeReading.Of(MimeMessage.Open(MimeSource.FromMemory(File.ReadAllBytes(Path.Combine(Folder, name + ".eml")))));
        var expected = Path.Combine(Folder, name + ".expected.txt");
        if (!File.Exists(expected) && Environment.GetEnvironmentVariable("WRITE_GOLDEN") == "1")
            File.WriteAllText(expected, read);
        Assert.Equal(File.ReadAllText(expected), read);
    }
}
