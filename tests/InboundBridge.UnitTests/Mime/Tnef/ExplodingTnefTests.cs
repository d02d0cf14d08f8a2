using System.Text;
using InboundBridge.Mime;
using InboundBridge.UnitTests.Mime.Reading;
using InboundBridge.UnitTests.Mime.Reports;

namespace InboundBridge.UnitTests.Mime.Tnef;

/// <summary>A winmail.dat that grows when it is read, and hostile declarations about its files.</summary>
public class ExplodingTnefTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public void Compressed_rtf_that_is_repeated_is_read_once_and_within_bounded_memory()
    {
        var rtf = PackedMail.Rtf(15 * Megabyte);
        var message = (Level: (byte)1, Tag: (ushort)0x9003, Value: PackedMail.Properties((0x10090102, rtf), (0x10090102, rtf)));
        var mail = Open(PackedMail.Tnef(message, message));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(mail.Text);
        Assert.Empty(mail.Attachments);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(mail.Text.Length <= mail.Limits.TextCharacters);
        Assert.True(allocated < 50L * Megabyte, $"{allocated:N0} octets allocated");
    }

    [Fact]
    public void Its_files_are_read_from_the_mail_and_never_held()
    {
        var first = Enumerable.Range(0, 5 * Megabyte).Select(index => (byte)(index * 7)).ToArray();
        var second = Encoding.ASCII.GetBytes("second");
        var mail =
            Open(PackedMail.Winmail("Hello", ("a.bin", "application/x-a", first), ("b.txt", "text/plain", second), ("c.bin", "", first)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var attachments = mail.Attachments;
        Assert.Equal("Hello", mail.Text);
        Assert.Equal(["a.bin", "b.txt", "c.bin"], attachments.Select(attachment => attachment.FileName));
        Assert.Equal([first.Length, second.Length, first.Length], attachments.Select(attachment => (int)attachment.Size));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < Megabyte);
        foreach (var (attachment, expected) in attachments.Zip([first, second, first]))
        {
            using var content = attachment.OpenContent();
            using var octets = new MemoryStream();
            content.CopyTo(octets);
            Assert.Equal(expected, octets.ToArray());
        }
        Assert.Empty(mail.Problems);
    }

    [Fact]
    public void Its_files_are_the_same_from_a_source_that_is_read_in_pieces_and_in_other_encodings()
    {
        var file = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(index => $"line {index}  \t=\r\n")));
        var base64 = PackedMail.Of("application/ms-tnef", "winmail.dat", PackedMail.Winmail("Hello", ("a", "", file), ("b", "", file)));
        using var slow = new SlowSource(base64, 4096, 100);
        foreach (var attachment in MimeMessage.Open(slow).Attachments)
        {
            using var content = attachment.OpenContent();
            using var octets = new MemoryStream();
            content.CopyTo(octets, 37);
            Assert.Equal(file, octets.ToArray());
        }
    }

    [Fact]
    public void A_count_without_octets_costs_no_time()
    {
        // PtypNull as multi-valued property: two thousand million values of no octets.
        byte[] property = [1, 0, 0, 0, 0x01, 0x10, 0x00, 0x10, 0xFF, 0xFF, 0xFF, 0x7F];
        var mail = Open(PackedMail.Tnef((1, 0x9003, property)));
        Assert.Empty(mail.Attachments);
        Assert.Contains("a property of winmail.dat is damaged", mail.Problems);
    }

    [Theory]
    [InlineData("text/plain\r\n\r\nsmuggled", "application/octet-stream")]
    [InlineData("text/plain\r\nContent-Disposition: form-data; name=\"recipient\"", "application/octet-stream")]
    [InlineData("text/\u0001plain", "application/octet-stream")]
    [InlineData("text", "application/octet-stream")]
    [InlineData("text/plain/more", "application/octet-stream")]
    [InlineData("IMAGE/PNG; name=a.png", "image/png")]
    public void Declared_types_are_checked(string declared, string type)
    {
        var attachment = Assert.Single(Open(PackedMail.Winmail("", ("a.png", declared, [1]))).Attachments);
        Assert.Equal(type, attachment.ContentType);
    }

    [Fact]
    public void A_forged_length_costs_no_memory()
    {
        var octets = PackedMail.Winmail("Hello", ("a", "", [1, 2, 3]));
        var mail = Open([.. octets, 2, 0x0F, 0x80, 6, 0, 0xFF, 0xFF, 0xFF, 0x7F, 9]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Single(mail.Attachments);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < Megabyte);
        Assert.Contains("winmail.dat is cut", mail.Problems);
    }

    private static MimeMessage Open(byte[] winmail) => PackedMail.Open("application/ms-tnef", "winmail.dat", winmail, "");
}
