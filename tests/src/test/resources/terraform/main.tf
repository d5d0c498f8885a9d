# What a small team's stack looks like: everything that one function needs, by way of Terraform.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  skip_metadata_api_check = true
  s3_use_path_style       = true

  default_tags {
    tags = { team = "blue" }
  }
}

variable "memory" {
  type    = number
  default = 128
}

variable "level" {
  type    = string
  default = "one"
}

resource "aws_iam_role" "function" {
  name = "terraform-function"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.function.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy" "own" {
  name = "own"
  role = aws_iam_role.function.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "lambda:GetFunction", Resource = "*" }]
  })
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/terraform-file"
  retention_in_days = 7
}

resource "aws_s3_bucket" "code" {
  bucket        = "terraform-code"
  force_destroy = true
}

resource "aws_s3_object" "code" {
  bucket = aws_s3_bucket.code.id
  key    = "function.zip"
  source = "function.zip"
  etag   = filemd5("function.zip")
}

data "aws_caller_identity" "me" {}

resource "aws_s3_bucket_policy" "code" {
  bucket = aws_s3_bucket.code.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = data.aws_caller_identity.me.account_id }
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.code.arn}/*"
    }]
  })
}

resource "aws_s3_bucket_public_access_block" "code" {
  bucket                  = aws_s3_bucket.code.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Code that only the owner of the signing profile can have signed.
resource "aws_s3_bucket" "signed" {
  bucket        = "terraform-signed"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "signed" {
  bucket = aws_s3_bucket.signed.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_object" "unsigned" {
  bucket = aws_s3_bucket_versioning.signed.bucket
  key    = "function.zip"
  source = "function.zip"
  etag   = filemd5("function.zip")
}

resource "aws_signer_signing_profile" "release" {
  platform_id = "AWSLambda-SHA384-ECDSA"
  name        = "terraform_release"
}

resource "aws_signer_signing_job" "release" {
  profile_name = aws_signer_signing_profile.release.name
  source {
    s3 {
      bucket  = aws_s3_object.unsigned.bucket
      key     = aws_s3_object.unsigned.key
      version = aws_s3_object.unsigned.version_id
    }
  }
  destination {
    s3 {
      bucket = aws_s3_bucket.signed.bucket
      prefix = "signed/"
    }
  }
}

resource "aws_lambda_code_signing_config" "release" {
  allowed_publishers {
    signing_profile_version_arns = [aws_signer_signing_profile.release.version_arn]
  }
  policies {
    untrusted_artifact_on_deployment = "Enforce"
  }
}

resource "aws_lambda_function" "signed" {
  function_name           = "terraform-signed"
  role                    = aws_iam_role.function.arn
  runtime                 = "python3.13"
  handler                 = "index.handler"
  s3_bucket               = aws_signer_signing_job.release.signed_object[0].s3[0].bucket
  s3_key                  = aws_signer_signing_job.release.signed_object[0].s3[0].key
  code_signing_config_arn = aws_lambda_code_signing_config.release.arn
  kms_key_arn             = aws_kms_key.own.arn

  environment {
    variables = { LEVEL = "signed" }
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.sealed.name
  }
}

resource "aws_kms_key" "own" {
  deletion_window_in_days = 7
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = { Service = "logs.us-east-1.amazonaws.com" }
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource  = "*"
      },
    ]
  })
}

resource "aws_kms_alias" "own" {
  name          = "alias/terraform"
  target_key_id = aws_kms_key.own.id
}

resource "aws_cloudwatch_log_group" "sealed" {
  name       = "terraform-sealed"
  kms_key_id = aws_kms_key.own.arn
}

resource "aws_lambda_layer_version" "library" {
  layer_name          = "terraform-library"
  filename            = "layer.zip"
  source_code_hash    = filebase64sha256("layer.zip")
  compatible_runtimes = ["python3.13"]
}

resource "aws_lambda_function" "file" {
  function_name    = "terraform-file"
  role             = aws_iam_role.function.arn
  runtime          = "python3.13"
  handler          = "index.handler"
  filename         = "function.zip"
  source_code_hash = filebase64sha256("function.zip")
  memory_size      = var.memory
  layers           = [aws_lambda_layer_version.library.arn]
  publish          = true

  environment {
    variables = { LEVEL = var.level }
  }

  depends_on = [aws_cloudwatch_log_group.function]
}

resource "aws_lambda_function" "bucket" {
  function_name = "terraform-bucket"
  role          = aws_iam_role.function.arn
  runtime       = "python3.13"
  handler       = "index.handler"
  s3_bucket     = aws_s3_object.code.bucket
  s3_key        = aws_s3_object.code.key
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.file.function_name
  function_version = aws_lambda_function.file.version
}

resource "aws_lambda_permission" "bucket" {
  statement_id  = "AllowBucket"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.file.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "s3.amazonaws.com"
  source_arn    = aws_s3_bucket.code.arn
}

resource "aws_lambda_function_url" "live" {
  function_name      = aws_lambda_function.file.function_name
  qualifier          = aws_lambda_alias.live.name
  authorization_type = "AWS_IAM"

  cors {
    allow_origins = ["https://example.com"]
    allow_methods = ["GET"]
    max_age       = 60
  }
}

output "alias" {
  value = aws_lambda_alias.live.arn
}

output "url" {
  value = aws_lambda_function_url.live.function_url
}
