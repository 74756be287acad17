using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Catalog.Administration;
using Doorbuster.Catalog.Images;
using Doorbuster.Catalog.Import;
using Doorbuster.Catalog.PriceLists;
using Doorbuster.Platform.Web;

namespace Doorbuster.Catalog;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTimes)])]
[JsonSerializable(typeof(ListCategories.Response), TypeInfoPropertyName = "ListCategoriesResponse")]
[JsonSerializable(typeof(ListAttributes.Response), TypeInfoPropertyName = "ListAttributesResponse")]
[JsonSerializable(typeof(ListProducts.Response), TypeInfoPropertyName = "ListProductsResponse")]
[JsonSerializable(typeof(GetProduct.Response), TypeInfoPropertyName = "GetProductResponse")]
[JsonSerializable(typeof(AdminViews.Product), TypeInfoPropertyName = "AdminProduct")]
[JsonSerializable(typeof(AdminViews.Category), TypeInfoPropertyName = "AdminCategory")]
[JsonSerializable(typeof(AdminViews.TaxRule), TypeInfoPropertyName = "AdminTaxRule")]
[JsonSerializable(typeof(AdminViews.Settings), TypeInfoPropertyName = "AdminSettings")]
[JsonSerializable(typeof(AdminViews.Variant), TypeInfoPropertyName = "AdminVariant")]
[JsonSerializable(typeof(AdminViews.TimedPrice), TypeInfoPropertyName = "AdminTimedPrice")]
[JsonSerializable(typeof(AdminViews.ProductList), TypeInfoPropertyName = "AdminProductList")]
[JsonSerializable(typeof(AdminViews.CategoryList), TypeInfoPropertyName = "AdminCategoryList")]
[JsonSerializable(typeof(AdminViews.TaxRuleList), TypeInfoPropertyName = "AdminTaxRuleList")]
[JsonSerializable(typeof(AdminViews.ChangeList), TypeInfoPropertyName = "AdminChangeList")]
[JsonSerializable(typeof(CreateProduct.Request), TypeInfoPropertyName = "CreateProductRequest")]
[JsonSerializable(typeof(ChangeProduct.Request), TypeInfoPropertyName = "ChangeProductRequest")]
[JsonSerializable(typeof(NewVariant.Body), TypeInfoPropertyName = "NewVariantBody")]
[JsonSerializable(typeof(ChangeVariant.Request), TypeInfoPropertyName = "ChangeVariantRequest")]
[JsonSerializable(typeof(SetStock.Request), TypeInfoPropertyName = "SetStockRequest")]
[JsonSerializable(typeof(SetPrices.Request), TypeInfoPropertyName = "SetPricesRequest")]
[JsonSerializable(typeof(EditCategories.NewCategory))]
[JsonSerializable(typeof(EditCategories.CategoryChange))]
[JsonSerializable(typeof(EditTaxRules.NewRule))]
[JsonSerializable(typeof(EditTaxRules.RuleChange))]
[JsonSerializable(typeof(EditSettings.Request), TypeInfoPropertyName = "EditSettingsRequest")]
[JsonSerializable(typeof(ManageImages.Image))]
[JsonSerializable(typeof(ManageImages.ImageList))]
[JsonSerializable(typeof(ProductImages.Item), TypeInfoPropertyName = "ProductImage")]
[JsonSerializable(typeof(IReadOnlyList<ProductImages.Item>), TypeInfoPropertyName = "ProductImages")]
[JsonSerializable(typeof(SetProductImages.Request), TypeInfoPropertyName = "SetProductImagesRequest")]
[JsonSerializable(typeof(PriceListViews.View), TypeInfoPropertyName = "PriceListView")]
[JsonSerializable(typeof(PriceListViews.ViewPage), TypeInfoPropertyName = "PriceListPage")]
[JsonSerializable(typeof(PriceListViews.ListedPrice), TypeInfoPropertyName = "PriceListPrice")]
[JsonSerializable(typeof(PriceListViews.ListedPrices), TypeInfoPropertyName = "PriceListPrices")]
[JsonSerializable(typeof(PriceListViews.Noted), TypeInfoPropertyName = "NotedListPrices")]
[JsonSerializable(typeof(PriceListViews.Imported), TypeInfoPropertyName = "ImportedPriceList")]
[JsonSerializable(typeof(ManagePriceLists.NewList), TypeInfoPropertyName = "NewPriceList")]
[JsonSerializable(typeof(ManagePriceLists.Request), TypeInfoPropertyName = "PriceListRequest")]
[JsonSerializable(typeof(ManageListPrices.Request), TypeInfoPropertyName = "ListPriceRequest")]
[JsonSerializable(typeof(PriceListReport))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(AdminViews.Import))]
[JsonSerializable(typeof(TaxReport))]
[JsonSerializable(typeof(ExportReport))]
internal sealed partial class CatalogJson : JsonSerializerContext;
