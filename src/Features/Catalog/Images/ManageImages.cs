using System.ComponentModel.DataAnnotations;
using Doorbuster.Catalog.Administration;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Catalog.Images;

/// <summary>Pictures in, listed and out again. The same bytes are the same picture, so sending them twice makes one.</summary>
internal static class ManageImages
{
    private const string CursorPrefix = "img";

    /// <param name="Address">What products name it by.</param>
    public sealed record Image(string Address, string Type, int Width, int Height, long Bytes);

    public sealed record ImageList(IReadOnlyList<Image> Data, PageInfo Page);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var images = routes.MapGroup("/api/admin/v1/catalog/images").ForAdmin().WithTags("Catalog (administration)");
        images.MapGet("", List).WithName("ListImages").WithSummary("The uploaded pictures, newest first.")
            .Refuses(WebProblems.InvalidCursor);
        images.MapPost("", Upload).WithName("UploadImage")
            .WithSummary("Upload a PNG, JPEG, WebP or GIF as the body; 200 when it was there already.")
            .TakesBodyOf(Picture.BytesMax).TakesAtMost(TimeSpan.FromSeconds(30))
            .Refuses(Problems.NoPicture, WebProblems.BodyTooLarge);
        images.MapDelete("{hash}", Remove).WithName("RemoveImage").WithSummary("Remove a picture that no product shows.")
            .Refuses(Problems.ImageNotFound, Problems.ImageShown);
    }

    private static async Task<Results<Ok<ImageList>, Problem>> List(
        ImageStore store, CancellationToken cancel, [Range(1, 100)] int limit = 40, string? after = null)
    {
        var before = long.MaxValue;
        if (after is not null && !PublicId.TryParse(CursorPrefix, after, out before))
            return WebProblems.InvalidCursor;
        var (shown, page) = PageInfo.Cut(
            await store.List(before, limit + 1, cancel), limit, image => PublicId.Format(CursorPrefix, image.Id));
        return TypedResults.Ok(new ImageList([.. shown.Select(image => image.Image)], page));
    }

    private static async Task<Results<Created<Image>, Ok<Image>, Problem>> Upload(
        HttpContext http, Person person, ImageStore store, ChangeLog log,
        [FromKeyedServices(CatalogFeature.SchemaName)] NpgsqlDataSource db, CancellationToken cancel)
    {
        using var buffer = new MemoryStream((int)Math.Clamp(http.Request.ContentLength ?? 0, 0, Picture.BytesMax));
        await http.Request.Body.CopyToAsync(buffer, cancel);
        if (buffer.Length > Picture.BytesMax)    // over the network it has not come this far
            return WebProblems.BodyTooLarge;
        var bytes = buffer.ToArray();
        if (Picture.Read(bytes) is not { } picture)
            return Problems.NoPicture;

        var hash = Picture.HashOf(bytes);
        var image = new Image(GetImage.AddressOf(hash, picture.Type), picture.ContentType, picture.Width, picture.Height, bytes.Length);
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await store.Add(transaction, hash, picture, bytes, cancel))
            return TypedResults.Ok(image);
        await log.Note(transaction, person.Id, ChangeLog.OfImage, hash, null, image, CatalogJson.Default.Image, cancel);
        await transaction.CommitAsync(cancel);
        return TypedResults.Created(image.Address, image);
    }

    private static async Task<Results<NoContent, Problem>> Remove(
        string hash, Person person, ChangeLog log, [FromKeyedServices(CatalogFeature.SchemaName)] NpgsqlDataSource db,
        CancellationToken cancel)
    {
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!hash.All(char.IsAsciiHexDigitLower) || await ImageStore.Find(transaction, hash, cancel) is not { } image)
            return Problems.ImageNotFound;
        if (await ImageStore.IsShown(transaction, image.Address, cancel))
            return Problems.ImageShown;
        await ImageStore.Remove(transaction, hash, cancel);
        await log.Note(transaction, person.Id, ChangeLog.OfImage, hash, image, null, CatalogJson.Default.Image, cancel);
        await transaction.CommitAsync(cancel);
        return TypedResults.NoContent();
    }
}
