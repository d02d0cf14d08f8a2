using System.Text;
using InboundBridge.Ui.Routing;
using Microsoft.AspNetCore.Http;

namespace InboundBridge.UnitTests.Host.Ui.Routing;

/// <summary>Forms of strangers: no more of one is read than it may have, and many at once wait outside.</summary>
public sealed class FormBodiesTests
{
    private const string Parts = "multipart/form-data; boundary=b";
    private const string Fields = "application/x-www-form-urlencoded";

    [Fact]
    public async Task Fields_and_files_are_read()
    {
        var form = await ReadAsync(
            Parts, Part("to", "a") + Part("to", "b") + Part("id", " x ") + File("upload", "\xff\0\r\n") + "--b--\r\n", Encoding.Latin1);
        Assert.Equal(("a,b", "x", " x "), (form.Raw("to"), form.Text("id"), form.Raw("id")));
        Assert.Equal(["a", "b"], form.Texts("to"));
        Assert.Equal([0xff, 0, 13, 10], form.File("upload").ToArray());
        Assert.True(form.File("other").IsEmpty);
        form = await ReadAsync(Fields, "to=a&to=b&id=+x+&empty=");
        Assert.Equal(("a,b", "x", true, null), (form.Raw("to"), form.Text("id"), form.Has("empty"), form.Text("empty")));
    }

    [Theory]
    [InlineData(Parts)]
    [InlineData(Fields)]
    public async Task Many_parts_of_one_name_are_too_many(string type)
    {
        string Body(int count) => type == Parts
            ? string.Concat(Enumerable.Repeat(Part("id", "x"), count)) + "--b--\r\n" : string.Join('&', Enumerable.Repeat("id=x", count));
        Assert.Equal(FormBodies.MostParts, (await ReadAsync(type, Body(FormBodies.MostParts))).Texts("id").Count);
        var fault = await Assert.ThrowsAsync<BadHttpRequestException>(() => ReadAsync(type, Body(FormBodies.MostParts + 1)));
        Assert.Equal((400, true), (fault.StatusCode, fault.Message.Contains("more than 1000", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Parts)]
    [InlineData(Fields)]
    public async Task Of_a_large_body_the_limit_is_read_and_no_more(string type)
    {
        var endless = new EndlessStream(Encoding.ASCII.GetBytes(type == Parts ? PartHead("mail", true) : "mail="));
        var fault = await Assert.ThrowsAsync<BadHttpRequestException>(() => ReadAsync(type, endless, 100_000));
        Assert.Equal(413, fault.StatusCode);
        Assert.InRange(endless.Taken, 100_001, 100_001);
    }

    [Fact]
    public async Task A_body_that_says_that_it_is_too_large_is_not_read()
    {
        var endless = new EndlessStream([]);
        var fault = await Assert.ThrowsAsync<BadHttpRequestException>(() => ReadAsync(Fields, endless, 100_000, length: 100_001));
        Assert.Equal((413, 0L), (fault.StatusCode, endless.Taken));
    }

    [Fact]
    public async Task A_field_that_is_no_file_is_no_larger_than_text_that_somebody_types()
    {
        var endless = new EndlessStream(Encoding.ASCII.GetBytes(PartHead("mail", false)));
        var fault = await Assert.ThrowsAsync<BadHttpRequestException>(() => ReadAsync(Parts, endless, 8 * FormBodies.LongestField));
        Assert.Equal((413, true), (fault.StatusCode, fault.Message.Contains("'mail'", StringComparison.Ordinal)));
        Assert.InRange(endless.Taken, FormBodies.LongestField, FormBodies.LongestField + (64 * 1024));
    }

    [Fact]
    public async Task A_form_that_arrives_too_slowly_is_given_up()
    {
        var clock = new WatchedTimeProvider();
        var context = Context(Fields, new SilentStream(), null);
        var reading = new FormBodies(clock).ReadSignInAsync(context);
        Assert.False(reading.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(408, (await Assert.ThrowsAsync<BadHttpRequestException>(() => reading)).StatusCode);
        Assert.Equal("close", context.Response.Headers.Connection);
    }

    [Fact]
    public async Task Slow_sign_ins_push_out_each_other_and_keep_nobody_out()
    {
        var forms = new FormBodies(new WatchedTimeProvider());
        var slow = Enumerable.Range(0, FormBodies.MostSignIns)
            .Select(_ => forms.ReadSignInAsync(Context(Fields, new SilentStream(), null))).ToList();
        Assert.DoesNotContain(slow, reading => reading.IsCompleted);
        var form = await forms.ReadSignInAsync(Context(Fields, new MemoryStream("token=x"u8.ToArray()), null));
        Assert.Equal("x", form.Text("token"));
        Assert.Equal(429, (await Assert.ThrowsAsync<BadHttpRequestException>(() => slow[0])).StatusCode);
        Assert.DoesNotContain(slow[1..], reading => reading.IsCompleted);
    }

    [Theory]
    [InlineData("text/plain", "x", 415)]
    [InlineData("", "x", 400)]
    [InlineData("multipart/form-data", "x", 400)]
    [InlineData(Parts, "--b\r\n\r\nx\r\n--b--\r\n", 400)]
    [InlineData(Parts, "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", 400)]
    [InlineData(Parts, "--b\r\nContent-Disposition: form-data; name=x\r\n\r\nno end", 400)]
    public async Task What_is_no_form_is_refused(string type, string body, int status) =>
        Assert.Equal(status, (await Assert.ThrowsAsync<BadHttpRequestException>(() => ReadAsync(type, body))).StatusCode);

    [Fact]
    public void Places_are_bounded_for_each_caller_and_in_all()
    {
        var forms = new FormBodies(TimeProvider.System);
        const long Large = UiForm.Usual + 1;
        var own = Enumerable.Range(0, 3).Select(_ => forms.TryTake("eye", Large)).ToList();
        Assert.All(own, Assert.NotNull);
        Assert.Null(forms.TryTake("eye", Large));
        Assert.NotNull(forms.TryTake("eye", UiForm.Usual));
        Assert.All(Enumerable.Range(0, 3).Select(_ => forms.TryTake("ops", Large)), Assert.NotNull);
        Assert.Null(forms.TryTake("third", Large));
        own[0]!.Dispose();
        Assert.NotNull(forms.TryTake("third", Large));
    }

    private static string PartHead(string name, bool isFile) =>
        $"--b\r\nContent-Disposition: form-data; name=\"{name}\"{(isFile ? "; filename=\"x\"" : string.Empty)}\r\n\r\n";

    private static string Part(string name, string value) => $"{PartHead(name, false)}{value}\r\n";

    private static string File(string name, string value) => $"{PartHead(name, true)}{value}\r\n";

    private static Task<UiForm> ReadAsync(string type, string body, Encoding? encoding = null) =>
        ReadAsync(type, new MemoryStream((encoding ?? Encoding.UTF8).GetBytes(body)), 8 * 1024 * 1024);

    private static Task<UiForm> ReadAsync(string type, Stream body, long most, long? length = null) =>
        new FormBodies(TimeProvider.System).ReadAsync(Context(type, body, length), most);

    private static DefaultHttpContext Context(string type, Stream body, long? length)
    {
        var context = new DefaultHttpContext();
        (context.Request.ContentType, context.Request.Body, context.Request.ContentLength) = (type, body, length);
        return context;
    }

    /// <summary>Begins as it is told, and never ends.</summary>
    private sealed class EndlessStream(byte[] beginning) : TestStream
    {
        public long Taken { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            if (Taken < beginning.Length)
            {
                var rest = beginning.AsSpan((int)Taken);
                rest[..Math.Min(rest.Length, buffer.Length)].CopyTo(buffer.Span);
            }
            Taken += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }

    /// <summary>Nothing ever comes.</summary>
    private sealed class SilentStream : TestStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var never = new TaskCompletionSource<int>();
            await using var stop = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
            return await never.Task;
        }
    }

    private abstract class TestStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
