using InboundBridge.Mime.Headers;

namespace InboundBridge.UnitTests.Mime.Headers;

public class ContentTypeTests
{
    [Theory]
    [InlineData("Text/HTML; Charset=\"utf-8\"", "text/html", "charset", "utf-8")]
    [InlineData("text/plain;charset=utf-8 (a comment); format=flowed", "text/plain", "format", "flowed")]
    [InlineData("text/plain (c); charset = x", "text/plain", "charset", "x")]
    [InlineData("text / plain; charset=x", "text/plain", "charset", "x")]
    [InlineData("text/plain charset=x", "text/plain", "charset", "x")]
    [InlineData("text/plain;; charset=x;;", "text/plain", "charset", "x")]
    [InlineData("multipart/mixed; boundary=\"a;b\\\"c\"", "multipart/mixed", "boundary", "a;b\"c")]
    [InlineData("multipart/mixed; boundary=\"never closed", "multipart/mixed", "boundary", "never closed")]
    [InlineData("application/x; name=a b.txt", "application/x", "name", "a b.txt")]
    [InlineData("application/x; name==?utf-8?Q?=C3=A9?=", "application/x", "name", "é")]
    [InlineData("application/x; name=\"=?utf-8?Q?=C3=A9?= x\"", "application/x", "name", "é x")]
    [InlineData("application/x; name*=utf-8''%c3%a9%20x", "application/x", "name", "é x")]
    [InlineData("application/x; name*=iso-8859-1'en'%e9", "application/x", "name", "é")]
    [InlineData("application/x; name*0=a; name*1=b", "application/x", "name", "ab")]
    [InlineData("application/x; name*1*=%c3; name*0*=utf-8''x; name*2*=%a9", "application/x", "name", "xé")]
    [InlineData("application/x; name*0*=utf-8''%c3%a9; name*1=\"%20\"", "application/x", "name", "é%20")]
    [InlineData("application/x; name=plain; name*=utf-8''better", "application/x", "name", "better")]
    [InlineData("application/x; name=first; name=second", "application/x", "name", "first")]
    [InlineData("application/x; name=\"C:\\docs\\a.txt\"", "application/x", "name", "C:\\docs\\a.txt")]
    [InlineData("text; charset=x", "text/plain", "charset", "x")]
    public void It_is_read_as_it_was_meant(string text, string type, string parameter, string value)
    {
        var read = ContentType.Parse(text, null)!;
        Assert.Equal(type, read.MediaType);
        Assert.Equal(value, read.Parameter(parameter));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("; charset=x")]
    [InlineData("/plain")]
    public void Nonsense_is_not_a_media_type(string text) => Assert.Null(ContentType.Parse(text, null));
}
