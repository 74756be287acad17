using System.Text;
using Doorbuster.LoadTest.Http;

namespace Doorbuster.Tests.LoadTest;

public sealed class ResponseReaderTests
{
    private const string Plain =
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length: 7\r\nIdempotent-Replayed: true\r\n\r\n{\"a\":1}";

    private const string Chunked =
        "HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\nRETRY-AFTER: 3\r\n\r\n" +
        "4\r\nWiki\r\n5;name=value\r\npedia\r\n0\r\nTrailer: x\r\n\r\n";

    [Fact]
    public void A_response_with_a_length_is_read()
    {
        var (state, reader, body) = Read(Plain, ended: false);
        Assert.Equal(ResponseReader.State.Whole, state);
        Assert.Equal((201, true, -1, false), (reader.Status, reader.Replayed, reader.RetryAfter, reader.Closes));
        Assert.Equal("{\"a\":1}", body);
        Assert.Equal(Plain.Length, reader.End);
    }

    [Fact]
    public void A_chunked_response_is_joined()
    {
        var (state, reader, body) = Read(Chunked, ended: false);
        Assert.Equal(ResponseReader.State.Whole, state);
        Assert.Equal((503, 3), (reader.Status, reader.RetryAfter));
        Assert.Equal("Wikipedia", body);
        Assert.Equal(Chunked.Length, reader.End);
    }

    [Theory, InlineData(Plain, "{\"a\":1}"), InlineData(Chunked, "Wikipedia")]
    public void It_does_not_matter_where_the_packets_are_cut(string response, string body)
    {
        var bytes = Encoding.ASCII.GetBytes(response);
        for (var first = 1; first < bytes.Length; first++)
        {
            for (var second = first; second < bytes.Length; second += 7)
            {
                var reader = new ResponseReader();
                var buffer = bytes.ToArray();
                Assert.Equal(ResponseReader.State.More, reader.Read(buffer.AsSpan(0, first), ended: false));
                Assert.Equal(ResponseReader.State.More, reader.Read(buffer.AsSpan(0, second), ended: false));
                Assert.Equal(ResponseReader.State.Whole, reader.Read(buffer, ended: false));
                Assert.Equal(body, Encoding.ASCII.GetString(reader.Response(buffer).Body));
            }
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", 304)]
    public void Some_statuses_have_no_body(string response, int status)
    {
        var (state, reader, body) = Read(response, ended: false);
        Assert.Equal((ResponseReader.State.Whole, status, ""), (state, reader.Status, body));
    }

    [Fact]
    public void Without_a_length_the_end_of_the_connection_ends_the_body()
    {
        const string response = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello";
        Assert.Equal(ResponseReader.State.More, Read(response, ended: false).State);
        var (state, reader, body) = Read(response, ended: true);
        Assert.Equal((ResponseReader.State.Whole, true, "hello"), (state, reader.Closes, body));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    public void A_connection_that_ends_too_early_is_no_answer(string response)
    {
        if (response.Length > 0)
            Assert.Equal(ResponseReader.State.More, Read(response, ended: false).State);
        Assert.Equal(ResponseReader.State.Garbled, Read(response, ended: true).State);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: seven\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public void What_is_not_http_is_garbled(string response) =>
        Assert.Equal(ResponseReader.State.Garbled, Read(response, ended: false).State);

    [Fact]
    public void An_interim_response_is_read_past()
    {
        var bytes = Encoding.ASCII.GetBytes("HTTP/1.1 100 Continue\r\n\r\n" + Plain);
        var reader = new ResponseReader();
        Assert.Equal(ResponseReader.State.Whole, reader.Read(bytes, ended: false));
        Assert.Equal(bytes.Length - Plain.Length, reader.Skipped);
        Assert.Equal("{\"a\":1}", Encoding.ASCII.GetString(reader.Response(bytes.AsSpan(0, bytes.Length - reader.Skipped)).Body));
    }

    [Fact]
    public void A_date_in_retry_after_is_left_to_our_own_backoff() =>
        Assert.Equal(-1, Read(
            "HTTP/1.1 503 x\r\nRetry-After: Fri, 20 Nov 2026 20:00:00 GMT\r\nContent-Length: 0\r\n\r\n", ended: false).Reader.RetryAfter);

    private static (ResponseReader.State State, ResponseReader Reader, string Body) Read(string response, bool ended)
    {
        var bytes = Encoding.ASCII.GetBytes(response);
        var reader = new ResponseReader();
        var state = reader.Read(bytes, ended);
        return (state, reader, state == ResponseReader.State.Whole ? Encoding.ASCII.GetString(reader.Response(bytes).Body) : "");
    }
}
