using System.Text;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.Mime.Kinds;

public class AutomaticReplyTests
{
    public static TheoryData<string, string> Headers
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var line in File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/messages/kinds/automatic.txt"))
                .Where(line => line.Length > 0 && line[0] != '#'))
                data.Add(line.Split('\t')[0], line.Split('\t')[1]);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void The_header_decides(string header, string kinds)
    {
        var mail =
            MimeMessage.Open(
                MimeSource.FromMemory(
                    Encoding.UTF8.GetBytes(header.Replace(" | ", "\r\n", StringComparison.Ordinal) + "\r\n\r\nI am away.\r\n")));
        Assert.Equal(kinds, string.Join(' ', mail.Kind));
    }
}
